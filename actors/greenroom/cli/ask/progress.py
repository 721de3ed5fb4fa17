"""The status line of a running turn: what it is at, for how long, how many tokens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Self, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.cli.ask.activity import Activity
    from greenroom.cli.console import Console

__all__ = ["Progress"]

_TICK_SECONDS: Final = 0.1


@final
class Progress:
    """Keeps the status of a console up to date while it is entered; erases it at the end.

    Args:
        console: where it is shown, if that can show one.
        activity: what is shown.
        clock: seconds.
    """

    def __init__(self, console: Console, activity: Activity, clock: Callable[[], float]) -> None:
        self._console = console
        self._activity = activity
        self._clock = clock
        self._since = clock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def line(self) -> str:
        """Return the status as it is now."""
        parts = [
            self._activity.ending or self._activity.phase,
            f"{self._clock() - self._since:.1f} s",
        ]
        if self._activity.tokens:
            parts.append(f"{self._activity.tokens} tokens")
        return ", ".join(parts)

    def __enter__(self) -> Self:
        if self._console.shows_status:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._console.clear_status()

    def _run(self) -> None:
        while not self._over.is_set():
            self._console.show_status(self.line())
            self._over.wait(_TICK_SECONDS)
