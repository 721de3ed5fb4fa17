"""A dispatcher with a thread of its own, which sleeps until there is something to do.

It waits on the system's poller itself. An asyncio loop in between would take three times as long
for each wake-up, two rounds of its own for what is one of ours, and 40 ms to import.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from threading import get_ident
from time import monotonic
from typing import TYPE_CHECKING, Any

from greenroom.runtime.clock import HostClock
from greenroom.runtime.dispatcher.base import Dispatcher
from greenroom.runtime.dispatcher.current import set_current_dispatcher
from greenroom.runtime.dispatcher.poller import Poller
from greenroom.runtime.dispatcher.waker import Waker
from greenroom.runtime.dispatcher.workers import Job, WorkerPool
from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.log import report_error, report_warning
from greenroom.runtime.pacemaker import Pacemaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.poller import Ready
    from greenroom.runtime.timer import Timer

__all__ = ["LoopDispatcher"]

# Calls made in one turn even if fewer were ready at its start. Two actors that answer
# each other come five times as far as with one look at the descriptors per message.
_MIN_CALLS = 32

# A wake-up costs more than a frame. So where many descriptors are watched, rounds that these alone
# cause are a millisecond apart, and one round serves many of them.
_MANY_WATCHED = 32
_REST_MILLISECONDS = 1
_REST_SECONDS = _REST_MILLISECONDS / 1000


class LoopDispatcher(Dispatcher):
    """One daemon thread for all actors, timers and pipes; it sleeps when idle.

    Its clock stands still while the whole host is paused, so that no deadline passes meanwhile; see
    `greenroom.runtime.pacemaker`. While a timer is pending it wakes once a second for that.

    Between two turns of the run queue the descriptors get their turn, so a flood
    of messages delays no pipe and no timer by more than one round of the actors.

    Args:
        name: prefix of the threads' names.
        max_workers: how many threads `run_in_worker` may use; each is started
            when first needed.
    """

    def __init__(self, *, name: str = "greenroom", max_workers: int = 4) -> None:
        clock = HostClock()
        super().__init__(clock)
        self._pacemaker = Pacemaker(clock, self._report_pause)
        self._awake = False  # another round is certain to come
        self._serving = True
        self._released = False
        self._rested_at = 0.0  # from then on descriptors are served without a pause
        self._pressed = False
        self._look_at: float | None = None
        self._workers = WorkerPool(max_workers, name)
        self._close_lock = threading.Lock()
        self._waker = Waker()
        self._poller = Poller()
        self._waker_fd = self._waker.fileno()
        self._poller.add_reader(self._waker_fd, self._waker.clear)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()
        self._ident = self._thread.ident

    def __repr__(self) -> str:
        state = "closed" if self.run_queue.closed else f"{len(self._residents)} actors"
        return f"<{type(self).__name__} {self._thread.name!r} {state}>"

    def is_current(self) -> bool:
        """Whether the caller runs on the dispatcher's thread."""
        return get_ident() == self._ident

    def run_in_worker(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any | None, BaseException | None], object],
    ) -> None:
        """Call `fn(*args)` on a worker thread, then `then` on the dispatcher."""
        self.run_queue.require_open()

        def pass_on(result: Any | None, error: BaseException | None) -> None:
            with suppress(DispatcherClosed):
                self.call_soon(then, result, error)

        self._workers.submit(Job(partial(fn, *args), pass_on))

    def add_reader(self, fd: int, fn: Callable[[], object]) -> None:
        """Call `fn()` whenever `fd` can be read; replaces an earlier callback."""
        self._require_own_thread()
        self._poller.add_reader(fd, fn)

    def remove_reader(self, fd: int) -> None:
        """Stop watching `fd` for reading; unknown ones are ignored."""
        self._poller.remove_reader(fd)

    def add_writer(self, fd: int, fn: Callable[[], object]) -> None:
        """Call `fn()` whenever `fd` can be written; replaces an earlier callback."""
        self._require_own_thread()
        self._poller.add_writer(fd, fn)

    def remove_writer(self, fd: int) -> None:
        """Stop watching `fd` for writing; unknown ones are ignored."""
        self._poller.remove_writer(fd)

    def look_again(self) -> None:
        """Look at the descriptors again without a pause: one of them has more than was read."""
        self._pressed = True

    def close(self, *, timeout_seconds: float = 5.0) -> None:
        """Kill the live actors, end every thread, release every descriptor."""
        if not self.run_queue.mark.is_here:
            return
        if self.is_current() or self._workers.owns_current_thread():
            raise RuntimeError(
                "a dispatcher cannot be closed from its own threads, it would wait for itself; "
                "close it from the thread that created it"
            )
        with self._close_lock:
            if not self._released:
                self._shut_down(timeout_seconds)

    def _shut_down(self, timeout_seconds: float) -> None:
        self._perform(self._kill_residents, timeout_seconds)
        for thread in self._workers.close(timeout_seconds):
            error = TimeoutError(f"{thread.name} was still busy after {timeout_seconds} s")
            report_error(__name__, "worker_abandoned", error, thread=thread.name)
        self._call_in_any_case(self._leave)
        self._thread.join(timeout_seconds)
        if self._thread.is_alive():
            raise self._blocked(timeout_seconds)
        self._poller.close()
        self._waker.close()
        self._released = True

    def _perform(self, call: Callable[[], None], timeout_seconds: float) -> None:
        if not self._thread.is_alive():  # by a fault of ours, which left nothing to be done
            return
        done = threading.Event()
        self._call_in_any_case(call)
        self._call_in_any_case(done.set)
        if not done.wait(timeout_seconds):
            raise self._blocked(timeout_seconds)

    def _blocked(self, seconds: float) -> TimeoutError:
        return TimeoutError(
            f"the dispatcher's thread did not come back from a callback in {seconds} s and cannot "
            "be closed; find what blocks it with `faulthandler.dump_traceback()`"
        )

    def _call_in_any_case(self, call: Callable[[], object]) -> None:
        # Also once the queue takes nothing from others any more.
        self.run_queue.items.append(call)
        self._wake()

    def _require_own_thread(self) -> None:
        if not self.is_current():
            raise RuntimeError(
                "descriptors are watched by what runs on the dispatcher; "
                "from another thread use `call_soon(dispatcher.add_reader, fd, fn)`"
            )

    # --- on the dispatcher's thread ---

    def _serve(self) -> None:
        set_current_dispatcher(self)
        try:
            while self._serving:
                self._do_round()
        except BaseException as error:  # noqa: BLE001 - a fault of ours; nobody is to wait for ever
            report_error(__name__, "dispatcher_failed", error)
            try:
                self._kill_residents()
            finally:
                self._leave()
        finally:
            self._ident = None  # the system gives it to the next thread that starts

    def _leave(self) -> None:
        self._run_out()
        self._rouse_all()
        self._serving = False

    def _wake(self) -> None:
        # No instruction between these two lets a KeyboardInterrupt in: a dispatcher
        # that counts as awake and is not would sleep for ever.
        if not self._awake:
            self._awake = True
            try:
                self._waker.wake()
            except (ValueError, OSError):  # closed meanwhile; who put the call finds that out
                return

    def _do_round(self) -> None:
        ready = self._poller.wait(self._patience())
        if ready and self._comes_too_soon(ready):
            ready = self._gather()
        self._awake = True
        for call in self._poller.calls(ready):
            self._run(call)
        if self._look_at is not None and self.clock.now() >= self._look_at:
            self._look_at_timers()
        items = self.run_queue.items
        for _ in range(max(len(items), _MIN_CALLS)):
            if not items:
                break
            self._run(items.popleft())
        if self._wakes:
            self._rouse_all()
        if ready:
            self._rested_at = 0.0 if self._pressed else monotonic() + _REST_SECONDS
            self._pressed = False

    def _comes_too_soon(self, ready: Ready) -> bool:
        if self._poller.watched <= _MANY_WATCHED or monotonic() >= self._rested_at:
            return False
        return not (self.run_queue.items or any(fd == self._waker_fd for fd, _ in ready))

    def _gather(self) -> Ready:
        """Let more descriptors get ready, unless somebody calls; return those that are."""
        if self._waker.wait(_REST_MILLISECONDS):
            self._waker.clear()
            return []
        return self._poller.wait(0.0)

    def _patience(self) -> float | None:
        """Return how long to sleep; None is for ever, and whoever has a call wakes us."""
        # The flag first, then the queue: a call put in between is seen by one of us.
        self._awake = False
        if self.run_queue.items or self._wakes:
            return 0.0
        if self._look_at is None:
            return None
        return max(0.0, self._look_at - self.clock.now())

    # --- timers ---

    def _admit_timer(self, timer: Timer) -> None:
        self._timers.add(timer)
        if self._look_at is None or timer.when < self._look_at:
            self._look_at = self._pacemaker.appoint(timer.when)

    def _look_at_timers(self) -> None:
        if self._pacemaker.look():
            self._run_due_timers()
        due = self._timers.next_due()
        if due is None:
            self._pacemaker.dismiss()
            self._look_at = None
        else:
            self._look_at = self._pacemaker.appoint(due)

    def _report_pause(self, seconds: float) -> None:
        call = partial(report_warning, __name__, "host_was_paused", seconds=round(seconds, 3))
        self.run_queue.items.append(call)
