"""The content block for everything else."""

from typing import Any

from greenroom_protocol.wire import UNKNOWN_TAG, Wire

__all__ = ["UnknownBlock"]


class UnknownBlock(Wire, frozen=True, kw_only=True, tag=UNKNOWN_TAG):
    """A block of a new type, or one that lacks what its type is made of; nothing of it is lost."""

    raw: Any

    @property
    def type(self) -> str | None:
        """The `type` the wire gave it, if any."""
        kind = self.raw.get("type") if isinstance(self.raw, dict) else None
        return kind if isinstance(kind, str) else None
