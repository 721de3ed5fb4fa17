"""Ids and timestamps of the frames a simulated CLI writes."""

from __future__ import annotations

import os
import time

__all__ = ["new_uuid", "timestamp"]


def new_uuid() -> str:
    """A random version 4 UUID. ``import uuid`` alone would cost 3 ms of start-up."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def timestamp() -> str:
    """Now, as the CLI writes it."""
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
