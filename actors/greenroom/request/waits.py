"""What a turn waits for beside the CLI itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Waits"]

_MAX_CALLS: Final = 10_000


@final
class Waits:
    """Tools that run, questions that are open, and a reader that is behind; true if there is any.

    Bounded: of 10,000 calls that are open at a time the next ones are not noted, which only means
    that the silence clock runs although one of them may be open.
    """

    def __init__(self) -> None:
        # Of an id the hash is enough, and it is small whatever the CLI calls its calls.
        self._calls: set[int] = set()
        self._reader = False

    def __bool__(self) -> bool:
        return self._reader or bool(self._calls)

    def begin(self, calls: Iterable[str]) -> None:
        """These calls are open."""
        for call in calls:
            if len(self._calls) >= _MAX_CALLS:
                return
            self._calls.add(hash(call))

    def end(self, calls: Iterable[str]) -> None:
        """These calls are over."""
        self._calls.difference_update(map(hash, calls))

    def end_all(self) -> None:
        """All calls are over; the reader is where it was."""
        self._calls.clear()

    def hold(self) -> None:
        """The reader is behind."""
        self._reader = True

    def release(self) -> None:
        """It has caught up."""
        self._reader = False
