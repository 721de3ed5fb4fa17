"""Wakes the tasks of an asyncio loop from another thread, many of them with one call."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import asyncio

__all__ = ["Doorbell"]


@final
class Doorbell:
    """Resolves futures of one loop, from any thread.

    To call a loop from another thread takes a system call; between two looks of the loop's one is
    made, however many futures there are.
    """

    __slots__ = ("_rung", "_waiting")

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._rung = False

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> Doorbell:
        """Return the loop's doorbell. For what runs on the loop."""
        bell = _BELLS.get(loop)
        if bell is None:
            for other in [loop for loop in _BELLS if loop.is_closed()]:
                del _BELLS[other]  # one that was rung and never answered would live for ever
            bell = _BELLS[loop] = cls()
        return bell

    def ring(self, future: asyncio.Future[None]) -> None:
        """Resolve `future`, unless it is done or its loop is closed."""
        self._waiting.append(future)
        if not self._rung:
            self._rung = True
            try:
                future.get_loop().call_soon_threadsafe(self._answer)
            except BaseException as error:
                self._rung = False  # first, so that who comes now rings himself
                if not isinstance(error, RuntimeError):
                    raise
                self._waiting.clear()  # closed: nobody waits there any more

    def _answer(self) -> None:
        # The flag first, then the futures: one that comes in between is seen by one of us.
        self._rung = False
        waiting = self._waiting
        while waiting:
            future = waiting.popleft()
            if not future.done():
                future.set_result(None)


_BELLS: WeakKeyDictionary[asyncio.AbstractEventLoop, Doorbell] = WeakKeyDictionary()
