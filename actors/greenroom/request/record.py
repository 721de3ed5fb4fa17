"""What callbacks did in one turn: those that failed, and what they denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from greenroom.values.callback_failure import CallbackFailure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.permissions import Denial

__all__ = ["Record"]

_MOST: Final = 1_000
"""Of each kind; a CLI that asks without end fills no memory."""


@final
class Record:
    """Kept by a request for its outcome: the first thousand of each kind."""

    __slots__ = ("_denials", "_failures")

    def __init__(self) -> None:
        self._failures: list[CallbackFailure] | None = None
        self._denials: list[Denial] | None = None

    def note(self, what: CallbackFailure | Denial) -> None:
        """Take down a failure or a denial."""
        if isinstance(what, CallbackFailure):
            self._failures = _noted(self._failures, what)
        else:
            self._denials = _noted(self._denials, what)

    @property
    def failures(self) -> tuple[CallbackFailure, ...]:
        """The callbacks that failed, in order."""
        return tuple(self._failures or ())

    def denials(self, told: Iterable[Any] = ()) -> tuple[Denial, ...]:
        """Return all that was denied, each call once; `told` is what the result says of it."""
        told = tuple(told)
        if not told and not self._denials:
            return ()
        from greenroom.permissions import merge_denials  # noqa: PLC0415 - in most turns nothing is denied

        return merge_denials(told, self._denials or ())


def _noted(known: list[Any] | None, what: Any) -> list[Any]:
    if known is None:
        return [what]
    if len(known) < _MOST:
        known.append(what)
    return known
