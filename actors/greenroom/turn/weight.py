"""What a batch that waits to be read counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from greenroom_protocol import Batch

__all__ = ["FRAME_BYTES", "weight"]

FRAME_BYTES: Final = 256
"""What a frame counts for beside its line, so that a flood of tiny lines is bounded as well."""


def weight(batch: Batch) -> int:
    """Return the bytes `batch` counts for: those of its lines, and 256 for each frame."""
    return len(batch.block) + FRAME_BYTES * len(batch.frames)
