"""What decoding gives for a line that is not a typed frame."""

import msgspec

__all__ = ["HEAD_BYTES", "Garbage", "Unknown"]

HEAD_BYTES = 256
"""How much of a useless line is kept to look at."""


class Unknown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A JSON object that is no known frame: a new type, or a known one that lacks its essence.

    Skip it; `raw` is the whole line and `reason` says in words what was wrong. `type` and `subtype`
    are those of the wire, if they are text.
    """

    raw: bytes
    reason: str
    type: str | None = None
    subtype: str | None = None


class Garbage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A line that is not a JSON object: its first `HEAD_BYTES` bytes and its whole size."""

    head: bytes
    size: int
