"""The base of all actors: pykka's, repaired where it lets its users down.

What is the same: `tell`, `ask`, `stop`, proxies, the hooks, and that an error in an
answer goes to whoever asked, while an error in a told message ends the actor.

What differs from a `pykka.ThreadingActor`:

- it runs on a dispatcher, never blocks, and costs no thread;
- `start()` returns a live actor or raises what kept it from living (P3);
- every question is answered, also one that races with the end (P5, P6);
- a stop overtakes what waits in the mailbox (P7), which is bounded (P9);
- `SystemExit` and its like end this actor only (P5);
- it is in no global registry: `ActorRegistry.stop_all()` of a stranger does not
  reach it, and starting and stopping cost the same among ten or ten thousand (P10);
- it can watch others' ends, be watched, and be linked to others.
"""

from __future__ import annotations

import uuid
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast

import pykka
from pykka.messages import _ActorStop

from greenroom.runtime.cell import Cell
from greenroom.runtime.dispatcher.current import current_dispatcher
from greenroom.runtime.exit_reason import SHUTDOWN, ExitReason
from greenroom.runtime.future import Future, require_free_thread
from greenroom.runtime.handlers import Handler, build_table, handles
from greenroom.runtime.inbox import Inbox
from greenroom.runtime.monitor import Monitor, unwatch, watch
from greenroom.runtime.ref import ActorRef
from greenroom.runtime.signals import Down, ExitSignal, Fired, Kill, Stop
from greenroom.runtime.stop_flag import StopFlag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.runtime.clock import Clock
    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.timer import Timer

__all__ = ["Actor"]

_URN: Final = uuid.uuid4().urn
_NUMBERS: Final = count()


class Actor(pykka.Actor):
    """An actor on a dispatcher. Create it with `start()`, never directly.

    `__init__` runs on the thread that calls `start()`, everything else on the
    dispatcher. Handlers are methods marked with `@handles(MessageType)`; messages
    without one go to `on_receive`.

    Attributes:
        mailbox_bound: how many messages may wait before senders get MailboxFull;
            None for no bound, where only trusted senders write.
        trap_exits: whether the end of a linked actor is a message, `Exit(ref, reason)`,
            instead of this actor's end, too.
        ends_with_system: whether the closing of a system whose dispatcher it runs on asks it
            to stop, as it asks sessions; the others are killed once those are down.
    """

    mailbox_bound: ClassVar[int | None] = 1000
    trap_exits: ClassVar[bool] = False
    ends_with_system: ClassVar[bool] = False

    _table: ClassVar[Mapping[type, Handler]]
    _dispatcher: Dispatcher | None = None
    _cell: Cell

    actor_inbox: Inbox  # type: ignore[assignment]  # takes no envelopes

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._table = build_table(cls)

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        if self._dispatcher is None:
            name = type(self).__name__
            raise TypeError(
                f"{name} is started, not constructed: {name}.start(..., dispatcher=...)"
            )
        # All that pykka's own constructor does, but for an event and a reference of no use here.
        self.actor_urn = f"{_URN}:{next(_NUMBERS)}"
        self.actor_inbox = inbox = self._create_actor_inbox()
        self.actor_stopped = flag = StopFlag(inbox.put_news)
        queue = self._dispatcher.run_queue
        self._cell = Cell(self, self._table, self._dispatcher, inbox, flag)
        inbox.bind(str(self), self.mailbox_bound, queue, self._cell.drain)
        self._actor_ref = self._cell.ref = ActorRef(self, self._dispatcher)

    @classmethod
    def start(
        cls, *args: Any, dispatcher: Dispatcher | None = None, **kwargs: Any
    ) -> ActorRef[Self]:
        """Create the actor and return once its `on_start` has run.

        On the dispatcher's own thread all of it happens inline, elsewhere the
        caller waits.

        Args:
            args: for `__init__`.
            dispatcher: who runs the actor; by default the one that runs the caller.
            kwargs: for `__init__`.

        Raises:
            BaseException: what `__init__` or `on_start` raised; nothing is left of
                the actor then, and neither `on_stop` nor `on_failure` is called.
            pykka.ActorDeadError: it called `terminate()` in `on_start`.
            DispatcherClosed: the dispatcher is closed or closing.
            WouldBlock: the caller runs on another dispatcher.
        """
        return cls._start(None, args, kwargs, dispatcher)

    @classmethod
    def _start(
        cls,
        peer: pykka.ActorRef[Any] | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        dispatcher: Dispatcher | None,
    ) -> ActorRef[Self]:
        if dispatcher is None:
            dispatcher = current_dispatcher()
        if dispatcher is None:
            raise TypeError(
                f"{cls.__name__}.start() needs `dispatcher=` here, where no dispatcher is running"
            )
        # Without an on_start there is nothing to run on the dispatcher first, and the
        # round trip to its thread would cost three times as much as the actor.
        inline = cls.on_start is pykka.Actor.on_start or dispatcher.is_current()
        if not inline:
            require_free_thread(dispatcher, f"the start of {cls.__name__}")
        actor = cls.__new__(cls)
        actor._launch(dispatcher, inline, peer, args, kwargs)  # noqa: SLF001 - one of this very class
        return actor.actor_ref

    def _launch(
        self,
        dispatcher: Dispatcher,
        inline: bool,  # noqa: FBT001 - private, with one caller
        peer: pykka.ActorRef[Any] | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        # Before __init__, so that a constructor has its clock and may set timers.
        self._dispatcher = dispatcher
        try:
            type(self).__init__(self, *args, **kwargs)
        except BaseException as error:
            if "_cell" in vars(self):
                self._cell.abandon(error)
            raise
        if "_cell" not in vars(self):
            raise TypeError(f"{type(self).__name__}.__init__ did not call super().__init__()")
        start = self._cell.start if inline else self._cell.start_remotely
        if peer is None:
            start()
            return
        # Imported here: few programs link actors.
        from greenroom.runtime.links import link, unlink  # noqa: PLC0415 - see above

        link(peer, self._actor_ref)
        try:
            start()
        except BaseException:
            unlink(peer, self._actor_ref)  # who starts it gets the error, and not a signal as well
            raise

    # --- for the actor itself ---

    @property
    def actor_ref(self) -> ActorRef[Self]:
        """The actor's reference."""
        return cast("ActorRef[Self]", self._actor_ref)

    @property
    def dispatcher(self) -> Dispatcher:
        """Who runs this actor."""
        return self._cell.dispatcher

    @property
    def clock(self) -> Clock:
        """The time this actor lives in."""
        return self._cell.dispatcher.clock

    @staticmethod  # whoever is handed this holds no actor by it
    def send(ref: pykka.ActorRef[Any], message: Any) -> bool:
        """Tell any pykka actor, dead or alive (P8).

        Returns:
            False if it had ended.

        Raises:
            MailboxFull: it has too many messages waiting.
        """
        try:
            ref.tell(message)
        except pykka.ActorDeadError:
            return False
        return True

    def after(self, seconds: float, message: Any) -> Timer:
        """Get `message` in `seconds`, ahead of what waits in the mailbox.

        Nothing comes of it any more once the timer is cancelled or the actor ended.
        """
        return self._cell.after(seconds, message)

    def watch(self, ref: pykka.ActorRef[Any]) -> Monitor:
        """Get `Terminated(ref, reason)` when the actor behind `ref` has ended.

        n calls give n messages; of an actor that has ended already comes `NoProc`. An actor
        that handles neither `Terminated` nor messages at all crashes by it, with DeathPact (M9).
        """
        return watch(ref, self.actor_ref)

    def unwatch(self, ref: pykka.ActorRef[Any]) -> None:
        """Cancel every watch over `ref`; no `Terminated` of it is delivered from here on."""
        unwatch(ref, self.actor_ref)

    def link(self, ref: pykka.ActorRef[Any]) -> None:
        """Share the fate of the actor behind `ref`: see `greenroom.runtime.links`. Idempotent.

        If it has ended already, this actor gets the exit signal `NoProc`.
        """
        from greenroom.runtime.links import link  # noqa: PLC0415 - few programs link actors

        link(self.actor_ref, ref)

    def unlink(self, ref: pykka.ActorRef[Any]) -> None:
        """End the link with `ref`; no exit signal of it comes from here on."""
        from greenroom.runtime.links import unlink  # noqa: PLC0415 - as above

        unlink(self.actor_ref, ref)

    def start_linked(
        self,
        actor_class: type[pykka.Actor],
        *args: Any,
        dispatcher: Dispatcher | None = None,
        **kwargs: Any,
    ) -> pykka.ActorRef[Any]:
        """Start an actor that is linked to this one before it can do anything (M8).

        If the start fails, that is raised, and no exit signal comes.

        Args:
            actor_class: a class of actors, ours or plain pykka's. The latter's `__init__` runs
                here, and must not block.
            args: for `__init__`.
            dispatcher: who runs the actor, if it is one of ours; by default this one's.
            kwargs: for `__init__`.

        Raises:
            BaseException: as for `start`.
        """
        if issubclass(actor_class, Actor):
            runner = dispatcher or self.dispatcher
            return actor_class._start(self.actor_ref, args, kwargs, runner)  # noqa: SLF001 - its own base
        if dispatcher is not None:
            raise TypeError(f"{actor_class.__name__} runs on a thread of its own, not a dispatcher")
        from greenroom.runtime.plain import start_plain  # noqa: PLC0415 - as above

        return start_plain(actor_class, args, kwargs, self.link)

    def terminate(self, reason: ExitReason | None = None) -> None:
        """End once the message at hand is handled.

        Args:
            reason: what watchers are told. By default the reason of the stop under
                way, or Normal. After a crash it stays the crash.
        """
        self._cell.terminate(reason)

    def stop(self) -> None:
        """Ask this actor to end, as anybody else would."""
        self.actor_ref.stop(block=False)

    # --- hooks ---

    def on_stop_request(self, reason: ExitReason) -> bool:
        """Be asked to end; also called, with a `Crash`, when a handler or a linked actor failed.

        Return True, as by default, to end now. Return False to live on for as long
        as it takes to release what needs time, a child process say; then call
        `terminate()`. Who waits for the stop waits for that. Further requests
        meanwhile are answered together; a failing handler ends the actor at once.

        With `Killed` it is called in any case, also during a stop: release what you own
        without regard for anything. There are only seconds until the actor is ended.

        What comes last is `on_failure` for a `Crash`, `on_stop` for all else.
        """
        del reason
        return True

    # --- pykka's seams ---

    @staticmethod
    def _create_actor_inbox() -> Inbox:  # type: ignore[override]  # takes no envelopes
        return Inbox()

    @staticmethod
    def _create_future() -> Future[Any]:
        return Future()

    def _start_actor_loop(self) -> None:
        self._cell.start_remotely()

    # --- the framework's messages ---

    @handles(Stop)
    def __on_stop(self, stop: Stop) -> None:
        self._cell.stop_requested(stop)

    @handles(Kill)
    def __on_kill(self, kill: Kill) -> None:
        self._cell.kill_requested(kill)

    @handles(ExitSignal)
    def __on_exit(self, signal: ExitSignal) -> None:
        self._cell.deliver_exit(signal)

    @handles(_ActorStop)
    def __on_pykka_stop(self, _message: _ActorStop) -> None:
        self._cell.request_exit(SHUTDOWN)

    @handles(Fired)
    def __on_fired(self, fired: Fired) -> None:
        self._cell.deliver_fired(fired)

    @handles(Down)
    def __on_down(self, down: Down) -> None:
        self._cell.deliver_down(down)


Actor.__init_subclass__()  # the base has a table, too
