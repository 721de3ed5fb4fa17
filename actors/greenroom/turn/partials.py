"""The structured output of a turn while the model writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from greenroom_protocol.partial_json import PartialJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.backends.base import Vocabulary
    from greenroom.structured import Shape

__all__ = ["Partials"]


class Partials:
    """A step of a flow: maps frames to the values of the output so far.

    Each value is plain data, grown from the one before as `PartialJson` tells, until an attempt
    that the CLI refuses is followed by the next one, which starts anew. They are not validated: the
    outcome alone tells what the output is. Without partial messages an attempt is one value.
    """

    def __init__(self, vocabulary: Vocabulary, shape: Shape[Any] | None = None) -> None:
        self._says = vocabulary
        self._shape = shape
        self._reader: PartialJson | None = None
        self._last: Any = UNSET

    def __call__(self, frame: Any) -> Sequence[Any]:
        """Return the value that the output grows to by this frame, if it does."""
        piece = self._says.output_piece(frame)
        if piece is None:
            return ()
        if piece.whole is not UNSET:
            return self._complete(piece.whole)
        if piece.begins is not None:
            self._reader = PartialJson() if piece.begins else None
            self._last = UNSET if piece.begins else self._last
            return ()
        if self._reader is None or not self._reader.feed(piece.text):
            return ()
        return self._show(self._reader.value)

    def _complete(self, whole: Any) -> Sequence[Any]:
        self._reader = None
        shown = self._last
        return () if self._within(whole) == shown else self._show(whole)

    def _show(self, output: Any) -> Sequence[Any]:
        value = self._within(output)
        if value is UNSET:
            return ()
        self._last = value
        return (value,)

    def _within(self, output: Any) -> Any:
        return output if self._shape is None else self._shape.within(output)
