"""A dispatcher without a thread, on virtual time, for tests that decide when what runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any, ClassVar

from greenroom.runtime.clock import VirtualClock
from greenroom.runtime.dispatcher.base import Dispatcher
from greenroom.runtime.dispatcher.current import set_current_dispatcher
from greenroom.runtime.dispatcher.poller import Poller
from greenroom.runtime.dispatcher.waker import Waker
from greenroom.runtime.dispatcher.workers import Job

if TYPE_CHECKING:
    from greenroom.runtime.timer import Timer

__all__ = ["ManualDispatcher"]

_Callback = Callable[[], object]
_MANY_STEPS = 1_000_000  # more than any honest test takes; two actors that keep each other busy

_GLANCE_SECONDS = 0.02  # between two looks at a predicate that nothing here announces


class ManualDispatcher(Dispatcher):
    """Runs what is ready when told to, one message a step, always in the same order.

    The thread that creates it is the dispatcher's thread: only that one may step,
    and blocking on a future there raises WouldBlock. Time stands still but for
    `advance()`; workers run inline; descriptors are real ones.
    """

    drain_limit: ClassVar[int] = 1

    clock: VirtualClock

    def __init__(self) -> None:
        super().__init__(VirtualClock())
        self._ident = get_ident()
        self._poller: Poller | None = None
        self._waker: Waker | None = None
        self._stepping = False

    def is_current(self) -> bool:
        """Whether the caller is on the thread that steps."""
        return get_ident() == self._ident

    def rouse(self, wake: _Callback) -> None:
        """Call `wake()`, which wakes a thread: now or, within a step, after it."""
        if self._stepping:
            super().rouse(wake)
        else:
            wake()

    def run_in_worker(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any | None, BaseException | None], object],
    ) -> None:
        """Call `fn(*args)` here and now, and `then` with a later step."""
        self.run_queue.require_open()
        Job(partial(fn, *args), partial(self.call_soon, then)).run()

    # --- stepping ---

    def step(self) -> bool:
        """Run the next due timer, else the next ready call. Return whether there was one."""
        self._require_outside("stepped")
        timer = self._timers.pop_due(self.clock.now())
        call = timer.fire if timer is not None else self.run_queue.take()
        if call is None:
            return False
        self._perform(call)
        return True

    def run_until_idle(self) -> None:
        """Step until nothing is ready: no call, no due timer, no descriptor.

        Raises:
            RuntimeError: a million steps did not get there.
        """
        for _ in range(_MANY_STEPS):
            if not self.step() and not self._poll(0):
                return
        raise _restless()

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass: run until idle, with every timer at its own moment."""
        end = self.clock.now() + seconds
        self.run_until_idle()
        while (due := self._timers.next_due()) is not None and due <= end:
            self.clock.advance_to(due)
            self.run_until_idle()
        self.clock.advance_to(end)

    def run_until(self, predicate: Callable[[], object], timeout: float = 5.0) -> None:
        """Run until `predicate()` holds, waiting for descriptors and other threads.

        The virtual clock does not move meanwhile.

        Args:
            predicate: looked at whenever nothing is ready.
            timeout: real seconds to wait at most.

        Raises:
            TimeoutError: it did not hold in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            self._run_ready()
            if predicate():
                return
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError(f"{predicate!r} did not hold within {timeout} s")
            self._poll(min(remaining, _GLANCE_SECONDS))

    # --- file descriptors ---

    def add_reader(self, fd: int, fn: _Callback) -> None:
        """Call `fn()` whenever `fd` can be read; replaces an earlier callback."""
        self._watched().add_reader(fd, fn)

    def remove_reader(self, fd: int) -> None:
        """Stop watching `fd` for reading; unknown ones are ignored."""
        self._watched().remove_reader(fd)

    def add_writer(self, fd: int, fn: _Callback) -> None:
        """Call `fn()` whenever `fd` can be written; replaces an earlier callback."""
        self._watched().add_writer(fd, fn)

    def remove_writer(self, fd: int) -> None:
        """Stop watching `fd` for writing; unknown ones are ignored."""
        self._watched().remove_writer(fd)

    def look_again(self) -> None:
        """Do nothing: here descriptors are looked at without a pause in any case."""

    # --- the end ---

    def close(self, *, timeout_seconds: float = 5.0) -> None:  # noqa: ARG002 - nothing to wait for
        """Kill the live actors and release every descriptor."""
        if not self.run_queue.mark.is_here or self.run_queue.closed:
            return
        self._require_outside("closed")
        self._perform(self._kill_residents)
        self._perform(self._run_out)
        if self._poller is not None:
            self._poller.close()
        if self._waker is not None:
            self._waker.close()

    # --- inside ---

    def _wake(self) -> None:
        if self._waker is not None and not self.is_current():
            with suppress(ValueError, OSError):  # closed
                self._waker.wake()

    def _admit_timer(self, timer: Timer) -> None:
        self._timers.add(timer)

    def _perform(self, call: _Callback) -> None:
        outer = set_current_dispatcher(self)
        self._stepping = True
        try:
            self._run(call)
            self._rouse_all()
        finally:
            set_current_dispatcher(outer)
            self._stepping = False

    def _require_outside(self, done: str) -> None:
        if self._stepping or not self.is_current():
            raise RuntimeError(
                f"a manual dispatcher is {done} by the thread that created it, "
                "and not from within what it runs"
            )

    def _watched(self) -> Poller:
        if self._poller is None:
            self._poller, self._waker = Poller(), Waker()
            self._poller.add_reader(self._waker.fileno(), self._waker.clear)
        return self._poller

    def _run_ready(self) -> None:
        for _ in range(_MANY_STEPS):
            if not self.step():
                return
        raise _restless()

    def _poll(self, timeout: float) -> bool:
        if self._poller is None and timeout == 0:
            return False
        called = False
        poller = self._watched()
        for call in poller.calls(poller.wait(timeout)):
            self._perform(call)
            called = True
        return called


def _restless() -> RuntimeError:
    return RuntimeError(f"still not idle after {_MANY_STEPS} steps; does something call itself?")
