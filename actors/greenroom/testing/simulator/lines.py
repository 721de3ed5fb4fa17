"""JSON lines, as the CLI writes them."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["encode_line"]


def encode_line(frame: Any) -> bytes:
    """One line of JSON; lone surrogates are escaped, as the CLI does."""
    try:
        return msgspec.json.encode(frame) + b"\n"
    except (UnicodeEncodeError, ValueError):
        import json  # noqa: PLC0415 - costs start-up time and is hardly ever needed

        return json.dumps(frame).encode() + b"\n"
