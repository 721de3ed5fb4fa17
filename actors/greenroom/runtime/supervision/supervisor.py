"""A supervisor: starts its children in order, sees them end, and brings them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from greenroom.runtime.backoff import Backoff
from greenroom.runtime.supervision.check import check_childspecs
from greenroom.runtime.supervision.child_spec import ChildSpec
from greenroom.runtime.supervision.flags import Flags
from greenroom.runtime.supervision.handle import Handle, wait_for
from greenroom.runtime.supervision.launch import Boot, Launch
from greenroom.runtime.supervision.policy import AutoShutdown, ChildType, Restart, Strategy
from greenroom.runtime.supervision.supervisor_actor import SupervisorActor

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.event_stream import EventStream
    from greenroom.runtime.future import Future
    from greenroom.runtime.supervision.child import ChildCounts, ChildInfo

__all__ = ["Supervisor"]

_NO_BACKOFF = Backoff()


class Supervisor(Handle):
    """The handle of a supervisor, which is an actor that keeps other actors alive.

    Get it from `start` or `begin`. Its children are any pykka actors, known by their ids. Leaving
    ``with`` or ``async with`` ends it and them.
    """

    __slots__ = ()

    @classmethod
    def start(
        cls,
        children: Iterable[ChildSpec] = (),
        *,
        strategy: Strategy | str = Strategy.ONE_FOR_ONE,
        intensity: int = 1,
        period: float = 5.0,
        auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER,
        backoff: Backoff = _NO_BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Self:
        """Start a supervisor and its children, in order; return when all are up.

        Args:
            children: the first children; more can be added later.
            strategy: who is restarted along with a child that failed.
            intensity: how many restarts there may be within the period. With more it gives up.
            period: in seconds.
            auto_shutdown: whether it ends when significant children have ended.
            backoff: the pauses between attempts to bring back a child that does not start.
            events: where reports are published, besides the log.
            mask: takes secrets out of the texts of errors before they are reported.
            dispatcher: who runs it; by default the one that runs the caller.

        Raises:
            BadChildSpec: a child or a flag cannot be followed; nothing was started.
            FailedToStartChild: a child did not start; those before it are down again.
            SupervisorGone: it was stopped meanwhile.
            WouldBlock: on a dispatcher's own thread, unless all were up at once; it is called off.
            DispatcherClosed: the dispatcher is closed or closing.
        """
        return wait_for(
            cls.begin(
                children,
                strategy=strategy,
                intensity=intensity,
                period=period,
                auto_shutdown=auto_shutdown,
                backoff=backoff,
                events=events,
                mask=mask,
                dispatcher=dispatcher,
            )
        )

    @classmethod
    def begin(
        cls,
        children: Iterable[ChildSpec] = (),
        *,
        strategy: Strategy | str = Strategy.ONE_FOR_ONE,
        intensity: int = 1,
        period: float = 5.0,
        auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER,
        backoff: Backoff = _NO_BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Boot[Self]:
        """Do what `start` does, without blocking: from any thread, as a child's `start`, too.

        Returns:
            A future of the supervisor. It fails with what `start` would raise, once nothing is
            left of what was started. Its `cancel()` calls the start off.
        """
        specs = tuple(children)
        flags = Flags(
            strategy=strategy,
            intensity=intensity,
            period=period,
            auto_shutdown=auto_shutdown,
            backoff=backoff,
            events=events,
            mask=mask,
        )
        check_childspecs(specs, flags.auto_shutdown)
        return cls._begin(SupervisorActor, Launch(specs), dispatcher, flags)

    @classmethod
    def as_child(
        cls,
        id: Hashable,  # noqa: A002 - the field's name
        children: Iterable[ChildSpec] = (),
        *,
        restart: Restart | str = Restart.PERMANENT,
        significant: bool = False,
        **flags: Any,
    ) -> ChildSpec:
        """Return the order for a supervisor under another one.

        Args:
            id: as in ChildSpec.
            children: its first children; also whenever it is restarted.
            restart: as in ChildSpec.
            significant: as in ChildSpec.
            flags: what else `begin` takes.

        Raises:
            BadChildSpec: a child or a flag cannot be followed.
        """
        specs = tuple(children)
        checked = Flags(**{name: flags[name] for name in flags if name != "dispatcher"})
        check_childspecs(specs, checked.auto_shutdown)
        return ChildSpec(
            id=id,
            start=partial(cls.begin, specs, **flags),
            restart=restart,
            type=ChildType.SUPERVISOR,
            significant=significant,
        )

    # --- administration: each returns a future, and is done in its turn ---

    def start_child(self, spec: ChildSpec) -> Future[Any]:
        """Start one more child, after all others.

        Returns:
            What its `start` gave.

        Raises (in the future, as all below):
            BadChildSpec: it cannot be followed.
            AlreadyStarted: a child of that id runs.
            AlreadyPresent: a child of that id is known.
            FailedToStartChild: it did not start; it is not known afterwards.
            SupervisorGone: the supervisor has ended, or is ending.
        """
        return self._ask(SupervisorActor.start_child, spec)

    def terminate_child(self, child_id: Hashable) -> Future[None]:
        """End a child, or call off that it is tried again. It stays known, unless temporary.

        Raises:
            ChildNotFound: there is none.
        """
        return self._ask(SupervisorActor.terminate_child, child_id)

    def restart_child(self, child_id: Hashable) -> Future[Any]:
        """Start a child that is known and does not run.

        Returns:
            What its `start` gave.

        Raises:
            ChildNotFound: there is none.
            ChildRunning: it runs.
            ChildRestarting: it is about to be tried again.
            FailedToStartChild: it did not start; it stays known.
        """
        return self._ask(SupervisorActor.restart_child, child_id)

    def delete_child(self, child_id: Hashable) -> Future[None]:
        """Forget a child that does not run.

        Raises:
            ChildNotFound: there is none.
            ChildRunning: it runs.
            ChildRestarting: it is about to be tried again.
        """
        return self._ask(SupervisorActor.delete_child, child_id)

    def get_childspec(self, child_id: Hashable) -> Future[ChildSpec]:
        """Return the specification of a child; that of a temporary one has lost its `start`.

        Raises:
            ChildNotFound: there is none.
        """
        return self._ask(SupervisorActor.get_childspec, child_id)

    def which_children(self) -> Future[list[ChildInfo]]:
        """Return a line for each child, the newest first."""
        return self._ask(SupervisorActor.which_children)

    def count_children(self) -> Future[ChildCounts]:
        """Return how many children there are."""
        return self._ask(SupervisorActor.count_children)
