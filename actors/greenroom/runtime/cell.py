"""The life of one actor: start, turns, stop request, end.

    starting -> running -> (stopping ->) ended

The cell drives, the actor's hooks say what happens. All of it runs on the actor's
dispatcher, one call at a time. The order of the end is the promise M4: the hooks
first, which release what the actor holds; then the actor counts as dead; then its
watchers are told; then everyone who waits for an answer gets one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pykka

from greenroom.runtime.errors import ActorError, DeathPact
from greenroom.runtime.exit_reason import KILLED, NORMAL, Crash, ExitReason
from greenroom.runtime.future import Future
from greenroom.runtime.log import report_error
from greenroom.runtime.monitor import Terminated
from greenroom.runtime.question import Question
from greenroom.runtime.signals import Fired, Stop
from greenroom.runtime.timer import Timer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.runtime.actor import Actor
    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.handlers import Handler
    from greenroom.runtime.inbox import Inbox
    from greenroom.runtime.links import Exit
    from greenroom.runtime.ref import ActorRef
    from greenroom.runtime.signals import Down, ExitSignal, Kill
    from greenroom.runtime.stop_flag import StopFlag

__all__ = ["Cell"]


class Cell:
    """Runs one actor on its dispatcher.

    Args:
        actor: whose hooks and handlers are called.
        table: its handlers.
        dispatcher: who calls `drain`.
        inbox: where its messages wait.
        flag: is set when it has ended.

    Attributes:
        ref: the actor's reference. Set by the actor, which makes it.
    """

    __slots__ = (
        "_actor",
        "_confirmations",
        "_ended",
        "_exit",
        "_flag",
        "_inbox",
        "_limit",
        "_stopping",
        "_table",
        "_timers",
        "dispatcher",
        "ref",
    )

    ref: ActorRef[Any]

    def __init__(
        self,
        actor: Actor,
        table: Mapping[type, Handler],
        dispatcher: Dispatcher,
        inbox: Inbox,
        flag: StopFlag,
    ) -> None:
        self.dispatcher = dispatcher
        self._actor = actor
        self._table = table
        self._inbox = inbox
        self._flag = flag
        self._limit = dispatcher.drain_limit
        self._timers: set[Timer] = set()
        self._confirmations: list[Stop] = []
        self._stopping: ExitReason | None = None
        self._exit: ExitReason | None = None
        self._ended = False

    # --- the start ---

    def start(self) -> None:
        """Run `on_start` and open the inbox.

        Raises:
            pykka.ActorDeadError: the actor called `terminate` in `on_start`.
            BaseException: what `on_start` raised; the actor has left no trace then.
        """
        try:
            self.dispatcher.enroll(self)
            self._actor.on_start()
        except BaseException as error:
            self._leave(Crash(error))
            raise
        if self._exit is not None and not self._ended:
            self._end()
            raise pykka.ActorDeadError(f"{self._inbox.name} ended itself in on_start")
        self._inbox.open()

    def start_remotely(self) -> None:
        """Run `start` on the dispatcher, from another thread, and wait for it."""
        started: Future[None] = Future(self.dispatcher)
        try:
            self.dispatcher.call_soon(self._start_for, started)
            started.get()
        except ActorError as error:  # the dispatcher refused; or on_start raised it, all is done
            self.abandon(error)
            raise
        except BaseException:
            # Interrupted while waiting; of one that failed to start this asks nothing.
            self._inbox.put_control(Stop())
            raise

    def _start_for(self, started: Future[None]) -> None:
        try:
            self.start()
        except BaseException as error:  # noqa: BLE001 - raised again where `started` is awaited
            started.fail(error)
        else:
            started.settle()

    # --- turns ---

    def drain(self) -> None:
        """Handle the messages that wait, as many as one turn allows."""
        if self._ended:
            return
        inbox, table, actor = self._inbox, self._table, self._actor
        control, work = inbox.control, inbox.work
        for _ in range(self._limit):
            lane = control or work
            if not lane or self._exit is not None:
                break
            message = lane.popleft()
            handler = table.get(type(message))
            try:
                if handler is not None:
                    handler(actor, message)
                elif type(message) is Question:
                    self._answer(message)
                else:
                    actor._handle_receive(message)  # noqa: SLF001 - pykka's dispatch
            except BaseException as error:  # noqa: BLE001 - the boundary of the actor (P5)
                self._report_crash(error)
                self.request_exit(Crash(error))
        # This frame is held by the traceback of every error above, and must not tie it to the
        # future that holds the error: a cycle for each failing question.
        message = None
        if self._exit is not None:
            self._end()
        else:
            inbox.end_turn()

    def handle(self, message: Any) -> Any:
        """Handle a message that came wrapped in one of the framework's."""
        handler = self._table.get(type(message))
        if handler is not None:
            return handler(self._actor, message)
        return self._actor._handle_receive(message)  # noqa: SLF001 - pykka's dispatch

    def _answer(self, question: Question) -> None:
        answer = question.answer
        try:
            result = self.handle(question.message)
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked (P5)
            fatal = not isinstance(error, Exception)
            if fatal:
                self._report_crash(error)
            answer.fail(error)
            if fatal:
                self.request_exit(Crash(error))
        else:
            answer.settle(result)
        finally:
            del question, answer  # as in `drain`

    def _report_crash(self, error: BaseException) -> None:
        report_error(__name__, "actor_crashed", error, actor=self._inbox.name)

    # --- timers, monitors, links ---

    def after(self, seconds: float, message: Any) -> Timer:
        """Send `message` through the control lane in `seconds`."""
        fired = Fired(message)
        when = self.dispatcher.clock.now() + max(0.0, seconds)
        call = partial(self._inbox.put_control, fired)
        timer = fired.timer = Timer(when, call, self._timers)
        if self._ended:
            timer.cancel()
        else:
            self.dispatcher.add_timer(timer)
        return timer

    def deliver_fired(self, fired: Fired) -> None:
        """Handle a timer's message, unless the timer was cancelled on its way."""
        if not fired.timer.cancelled:
            self.handle(fired.message)

    def deliver_down(self, down: Down) -> None:
        """Handle the news of another actor's end, unless the watch was cancelled."""
        monitor = down.monitor
        if monitor.active:
            monitor.cancel()
            self._tell_end(Terminated(monitor.target, down.reason, monitor))

    def deliver_exit(self, signal: ExitSignal) -> None:
        """End as a linked actor did, or handle the news if exits are trapped."""
        if not signal.link.active:
            return
        signal.link.cancel()
        if self._actor.trap_exits:
            from greenroom.runtime.links import Exit  # noqa: PLC0415 - few programs link actors

            self._tell_end(Exit(signal.ref, signal.reason))
        elif self._stopping is None and self._exit is None:
            self.request_exit(signal.reason)

    def _tell_end(self, news: Terminated | Exit) -> None:
        receives = type(self._actor).on_receive is not pykka.Actor.on_receive
        if type(news) not in self._table and not receives:
            raise DeathPact(news.ref, news.reason)
        self.handle(news)

    # --- the end ---

    def stop_requested(self, stop: Stop) -> None:
        """Ask the actor to end, and remember to tell who asked."""
        self._confirmations.append(stop)
        self.request_exit(stop.reason)

    def request_exit(self, reason: ExitReason) -> None:
        """End after this message, or when the actor says so if it needs time to release things.

        A crash while it does ends it at once.
        """
        under_way = self._exit if self._exit is not None else self._stopping
        if under_way is not None:
            if isinstance(reason, Crash):
                self._exit = self._crash_or(under_way, reason)
            return
        self._stopping = reason
        failure = self._ask_to_end(reason)
        if failure is not None:
            self._exit = self._crash_or(reason, failure)

    def kill_requested(self, kill: Kill) -> None:
        """Ask the actor to end at once, also where it is stopping already; see to it that it does.

        A crash that is under way stays the reason.
        """
        self._confirmations.append(kill)
        self._stopping = (
            KILLED if self._stopping is None else self._crash_or(self._stopping, KILLED)
        )
        if self._ask_to_end(KILLED) is not None:
            self._exit = self._stopping
        if self._exit is None:
            when = self.dispatcher.clock.now() + kill.grace_seconds
            call = partial(self.kill, self._stopping)
            self.dispatcher.add_timer(Timer(when, call, self._timers))

    def _ask_to_end(self, reason: ExitReason) -> Crash | None:
        """Let the actor say whether it ends now; return what kept it from answering."""
        try:
            deferred = self._actor.on_stop_request(reason) is False
        except BaseException as error:  # noqa: BLE001 - a hook that fails must not keep it alive
            report_error(__name__, "actor_stop_request_failed", error, actor=self._inbox.name)
            return Crash(error)
        if not deferred and self._exit is None:
            self._exit = self._stopping
        return None

    def terminate(self, reason: ExitReason | None) -> None:
        """End after this message; None means the reason of the stop under way, or Normal."""
        if self._exit is None and not self._ended:
            stopping = self._stopping if self._stopping is not None else NORMAL
            self._exit = stopping if reason is None else self._crash_or(stopping, reason)
            self._inbox.nudge()

    def kill(self, reason: ExitReason) -> None:
        """End now. Between two turns only."""
        if not self._ended:
            self._ended = True  # before `_exit`, which makes a `start` on another thread look
            self._exit = reason
            self._end()

    def abandon(self, error: BaseException) -> None:
        """End before the start: whoever got hold of the reference gets his answers."""
        self._leave(Crash(error))

    @staticmethod
    def _crash_or(first: ExitReason, second: ExitReason) -> ExitReason:
        """Return the second, but never gloss over a crash that came first."""
        return first if isinstance(first, Crash) else second

    def _end(self) -> None:
        assert self._exit is not None
        self._ended = True
        self._leave(self._run_last_hook(self._exit))

    def _run_last_hook(self, reason: ExitReason) -> ExitReason:
        try:
            if isinstance(reason, Crash):
                error = reason.error
                self._actor.on_failure(type(error), error, error.__traceback__)
            else:
                self._actor.on_stop()
        except BaseException as error:  # noqa: BLE001 - the others are told in any case
            report_error(__name__, "actor_cleanup_failed", error, actor=self._inbox.name)
            return self._crash_or(reason, Crash(error))
        return reason

    def _leave(self, reason: ExitReason) -> None:
        if self._inbox.closed:
            return
        self._ended = True
        for timer in tuple(self._timers):
            timer.cancel()
        self.dispatcher.discharge(self)
        self._inbox.close()
        self._flag.end(reason)
        self._inbox.sweep()
        for stop in self._confirmations:
            stop.confirm()
        # The actor knows its cell, and an error that ended it knows both by its traceback:
        # without this only the garbage collector would part them.
        self._exit = self._stopping = None
        del self._actor
