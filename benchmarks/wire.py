"""The lines a client writes, for sides that have no client."""

from __future__ import annotations

import json

__all__ = ["open_lines", "user_line"]


def open_lines() -> bytes:
    """Return the handshake."""
    request = {"subtype": "initialize"}
    return _line({"type": "control_request", "request_id": "1", "request": request})


def user_line(prompt: str) -> bytes:
    """Return a prompt."""
    return _line({"type": "user", "message": {"role": "user", "content": prompt}, "uuid": "1"})


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
