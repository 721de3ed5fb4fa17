"""The seam between actors and whoever runs them.

A dispatcher makes calls one at a time, on one thread at a time: actors' drains,
timers, readiness callbacks. What runs on it never has to lock against anything
else that runs on it, and must never block.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from greenroom.runtime.dispatcher.run_queue import RunQueue
from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.exit_reason import KILLED, ExitReason
from greenroom.runtime.log import report_error
from greenroom.runtime.timer import Timer, TimerQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.clock import Clock
    from greenroom.runtime.ref import ActorRef

__all__ = ["Dispatcher", "Resident"]


class Resident(Protocol):
    """A live actor, as its dispatcher sees it."""

    ref: ActorRef[Any]

    def kill(self, reason: ExitReason) -> None:
        """End the actor now; it has left the dispatcher when this returns."""


class Dispatcher(ABC):
    """Runs calls in order, on a thread of its own or step by step.

    Safe to use from any thread, but for the four methods on file descriptors, which
    are for what runs on the dispatcher; those callbacks, like all others, must not
    block, and what they raise is logged. After `close()` everything that
    asks for a call raises DispatcherClosed; in a fork of the process everything
    raises ForkedProcess.

    Attributes:
        clock: the time that timers go by, and actors should.
        drain_limit: how many messages an actor may handle before it is the next
            one's turn.
        run_queue: what is to be run next. For inboxes.
    """

    drain_limit: ClassVar[int] = 64

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.run_queue = RunQueue(self._wake)
        self._timers = TimerQueue()
        self._wakes: list[Callable[[], object]] = []
        # In order of start; a dict, for it removes in O(1) and pykka's registry does not (P10).
        self._residents: dict[Resident, None] = {}
        self._closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.close()

    # --- calls ---

    def call_soon(self, fn: Callable[..., object], *args: Any) -> None:
        """Call `fn(*args)` on the dispatcher, after all that was asked for before.

        An exception that it raises is logged, whatever its kind.
        """
        self.run_queue.put(partial(fn, *args))

    def call_later(self, delay_seconds: float, fn: Callable[..., object], *args: Any) -> Timer:
        """Call `fn(*args)` on the dispatcher, in `delay_seconds` or a little later."""
        timer = Timer(self.clock.now() + max(0.0, delay_seconds), partial(fn, *args))
        self.add_timer(timer)
        return timer

    def rouse(self, wake: Callable[[], object]) -> None:
        """Call `wake()`, which wakes a thread: now or, for what runs here, after this round.

        Woken earlier, the thread would only wait for the interpreter, which the dispatcher
        holds, and cost a second switch between the two.
        """
        if self.is_current():
            self._wakes.append(wake)
        else:
            wake()

    def add_timer(self, timer: Timer) -> None:
        """Fire `timer` on the dispatcher when it is due."""
        if self.is_current():
            self.run_queue.require_open()
            self._admit_timer(timer)
        else:
            self.call_soon(self._admit_timer, timer)

    @abstractmethod
    def run_in_worker(
        self,
        fn: Callable[..., Any],
        *args: Any,
        then: Callable[[Any | None, BaseException | None], object],
    ) -> None:
        """Call `fn(*args)` where it may block, then `then` on the dispatcher.

        `then(result, None)` or `then(None, error)` is called exactly once. When
        the dispatcher closes, work not yet begun gets DispatcherClosed as its
        error; work that outlasts the closing is abandoned, its `then` is not called.
        """

    @abstractmethod
    def is_current(self) -> bool:
        """Whether the caller runs on the dispatcher's thread."""

    # --- file descriptors ---

    @abstractmethod
    def add_reader(self, fd: int, fn: Callable[[], object]) -> None:
        """Call `fn()` whenever `fd` can be read; replaces an earlier callback."""

    @abstractmethod
    def remove_reader(self, fd: int) -> None:
        """Stop watching `fd` for reading; unknown ones are ignored."""

    @abstractmethod
    def add_writer(self, fd: int, fn: Callable[[], object]) -> None:
        """Call `fn()` whenever `fd` can be written; replaces an earlier callback."""

    @abstractmethod
    def remove_writer(self, fd: int) -> None:
        """Stop watching `fd` for writing; unknown ones are ignored."""

    @abstractmethod
    def look_again(self) -> None:
        """Look at the descriptors again without a pause: one of them has more than was read."""

    # --- actors ---

    def live_actors(self) -> tuple[ActorRef[Any], ...]:
        """Return the actors that run here, in the order in which they were started."""
        return tuple(resident.ref for resident in tuple(self._residents))

    def enroll(self, resident: Resident) -> None:
        """Count an actor among the live ones. For the actor itself.

        Raises:
            DispatcherClosed: the dispatcher is closing, no actor may start.
        """
        self.run_queue.mark.require("this dispatcher")
        # First the entry, then the look: whoever closes sets the flag and then looks
        # for entries, so one of us sees the other.
        self._residents[resident] = None
        if self._closing:
            self._residents.pop(resident, None)
            raise DispatcherClosed("this dispatcher is closing and starts no more actors")

    def discharge(self, resident: Resident) -> None:
        """Count an actor no longer among the live ones. For the actor itself."""
        self._residents.pop(resident, None)

    # --- the end ---

    @abstractmethod
    def close(self, *, timeout_seconds: float = 5.0) -> None:
        """Kill the live actors, end every thread, release every descriptor.

        The last started is killed first, with the reason `Killed`: its `on_stop`
        runs, those who wait for its answers get ActorDeadError, its watchers are
        told. Calls that are ready are made; timers are dropped. Idempotent; in a
        fork of the process it does nothing.

        Args:
            timeout_seconds: how long to wait for a callback or a worker that
                does not return. Such a worker is then abandoned and logged.

        Raises:
            RuntimeError: the caller runs on the dispatcher itself.
            TimeoutError: a callback did not return; the closing may be tried again.
        """

    # --- for the kinds of dispatcher ---

    @abstractmethod
    def _wake(self) -> None:
        """See to it that the run queue is looked at. From any thread."""

    @abstractmethod
    def _admit_timer(self, timer: Timer) -> None:
        """Take a timer into the queue. On the dispatcher."""

    def _run(self, call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - one callback's end is not the others'
            report_error(__name__, "callback_failed", error, callback=_name_of(call))

    def _rouse_all(self) -> None:
        wakes, self._wakes = self._wakes, []
        for wake in wakes:
            self._run(wake)

    def _run_due_timers(self) -> None:
        now = self.clock.now()
        while (timer := self._timers.pop_due(now)) is not None:
            self._run(timer.fire)

    def _kill_residents(self) -> None:
        self._closing = True
        while residents := tuple(self._residents):
            for resident in reversed(residents):
                resident.kill(KILLED)

    def _run_out(self) -> None:
        self.run_queue.closed = True
        while (call := self.run_queue.take()) is not None:
            self._run(call)
        self._timers.clear()


def _name_of(call: Callable[[], object]) -> str:
    # Not its repr: that shows the arguments, and those may be secrets.
    function = call.func if isinstance(call, partial) else call
    name: str = getattr(function, "__qualname__", type(function).__qualname__)
    return name
