"""What callbacks did in one turn: those that failed, and what they denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from greenroom.values.callback_failure import CallbackFailure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.permissions import Denial

__all__ = ["Record"]


@final
class Record:
    """Kept by a request for its outcome."""

    __slots__ = ("_denials", "_failures")

    def __init__(self) -> None:
        self._failures: tuple[CallbackFailure, ...] = ()
        self._denials: tuple[Denial, ...] = ()

    def note(self, what: CallbackFailure | Denial) -> None:
        """Take down a failure or a denial."""
        if isinstance(what, CallbackFailure):
            self._failures = (*self._failures, what)
        else:
            self._denials = (*self._denials, what)

    @property
    def failures(self) -> tuple[CallbackFailure, ...]:
        """The callbacks that failed, in order."""
        return self._failures

    def denials(self, told: Iterable[Any] = ()) -> tuple[Denial, ...]:
        """Return all that was denied, each call once; `told` is what the result says of it."""
        told = tuple(told)
        if not told and not self._denials:
            return ()
        from greenroom.permissions import merge_denials  # noqa: PLC0415 - in most turns nothing is denied

        return merge_denials(told, self._denials)
