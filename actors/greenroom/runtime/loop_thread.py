"""An event loop for coroutines whose callers have none."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

__all__ = ["LoopThread"]


class LoopThread:
    """A thread that runs an event loop until it is stopped."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._ending = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the machine has no more threads
            self.loop.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Have what runs cancelled and the thread end, and return at once. Idempotent."""
        with suppress(RuntimeError):  # it is closed
            self.loop.call_soon_threadsafe(self._end)

    def join(self, timeout_seconds: float) -> bool:
        """Wait for the thread to end; return whether it did in time."""
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _end(self) -> None:
        if not self._ending:  # twice would cut short what tidies up
            self._ending = True
            self.loop.stop()

    def _serve(self) -> None:
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(_cancel_others())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
