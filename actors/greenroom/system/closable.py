"""The life of a system, as far as its user decides it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from greenroom.runtime import Future

if TYPE_CHECKING:
    from greenroom.system.closing import Closing

__all__ = ["Closable"]


class Closable:
    """What is open until somebody closes it; a context manager, ``with`` and ``async with``."""

    _closing: Closing

    @property
    def closing(self) -> bool:
        """Whether it was told to close, so that it takes no more sessions."""
        return self._closing.begun

    @property
    def closed(self) -> bool:
        """Whether the closing is over: nothing of it runs any more."""
        return self._closing.over

    def begin_closing(self, timeout: float) -> None:
        """Have every session stop and be down in `timeout` seconds, and return at once.

        It takes no more sessions. What does not stop lives until `close`, which is still due.
        """
        self._closing.begin(timeout)

    def close(self, timeout: float | None = None) -> None:
        """Stop every session, wait until all processes are reaped, and end the dispatcher.

        Idempotent. A call beside another waits for that one. What interrupts it, such as Ctrl-C,
        has the processes killed at once; a further call goes on where it was. In a fork of the
        process that made the system it does nothing.

        Args:
            timeout: seconds for processes to end by themselves, by default what the stop ladder
                takes and 5 more. The ladder is shortened to fit; what is not down by then is
                killed, which takes a few seconds at most.

        Raises:
            WouldBlock: the caller runs on a dispatcher; nothing was stopped.
            TimeoutError: the dispatcher does not end, or another call does not come to its end.
        """
        self._closing.run(timeout)
        self._leave()

    def kill(self) -> None:
        """Kill all processes with their process groups now, then close.

        For an emergency, such as the second Ctrl-C: an agent killed so cannot end its own tools.
        It hastens a `close` under way on another thread, and takes a few seconds at most.

        Raises:
            WouldBlock: the caller runs on a dispatcher; nothing was killed.
            TimeoutError: as for `close`.
        """
        self._closing.kill()
        self._leave()

    def _leave(self) -> None:
        """Count no longer among the open systems, if it is closed."""
        raise NotImplementedError

    async def aclose(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - that of `close`
        """Do what `close` does, without blocking the event loop.

        Cancelling the wait does not cancel the closing.
        """
        ended: Future[None] = Future()

        def work() -> None:
            try:
                self.close(timeout)
            except BaseException as error:  # noqa: BLE001 - raised again in the task
                ended.fail(error)
            else:
                ended.settle()

        # A thread of its own: those of the loop's executor may all be waiting for turns.
        threading.Thread(target=work, name="greenroom-close").start()
        await ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
