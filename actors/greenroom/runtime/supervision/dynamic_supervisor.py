"""A supervisor of children that come and go while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from greenroom.runtime.backoff import Backoff
from greenroom.runtime.supervision.check import check_childspecs
from greenroom.runtime.supervision.dynamic_actor import DynamicSupervisorActor
from greenroom.runtime.supervision.errors import BadFlag
from greenroom.runtime.supervision.flags import Flags
from greenroom.runtime.supervision.handle import Handle, wait_for
from greenroom.runtime.supervision.launch import Boot, Launch
from greenroom.runtime.supervision.policy import INFINITY, AutoShutdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.event_stream import EventStream
    from greenroom.runtime.future import Future
    from greenroom.runtime.supervision.child import ChildCounts, ChildInfo
    from greenroom.runtime.supervision.child_spec import ChildSpec

__all__ = ["DynamicSupervisor"]

_BACKOFF = Backoff()


class DynamicSupervisor(Handle):
    """The handle of a supervisor whose children are started on demand and known by reference.

    Get it from `start` or `begin`; it starts with no children. They are independent: each is
    restarted alone, and the end of the supervisor tells all at once to end, so that they share
    the wait. Leaving ``with`` or ``async with`` ends it and them.
    """

    __slots__ = ()

    @classmethod
    def start(
        cls,
        template: ChildSpec | None = None,
        *,
        max_children: float = INFINITY,
        intensity: int = 3,
        period: float = 5.0,
        auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER,
        backoff: Backoff = _BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Self:
        """Start a supervisor without children.

        Args:
            template: how each child is started: its `start` is called with the arguments of
                `start_child`. Without one, each `start_child` brings its own ChildSpec.
            max_children: how many children there may be; those that are tried again count.
            intensity: how many restarts there may be within the period. With more it gives up.
            period: in seconds.
            auto_shutdown: whether it ends when significant children have ended.
            backoff: the pauses between attempts to bring back a child that does not start.
            events: where reports are published, besides the log.
            mask: takes secrets out of the texts of errors before they are reported.
            dispatcher: who runs it; by default the one that runs the caller.

        Raises:
            BadChildSpec: the template or a flag cannot be followed.
            WouldBlock: the caller runs on another dispatcher.
            DispatcherClosed: the dispatcher is closed or closing.
        """
        return wait_for(
            cls.begin(
                template,
                max_children=max_children,
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
        template: ChildSpec | None = None,
        *,
        max_children: float = INFINITY,
        intensity: int = 3,
        period: float = 5.0,
        auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER,
        backoff: Backoff = _BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Boot[Self]:
        """Do what `start` does, without blocking: from any thread, as a child's `start`, too."""
        flags = Flags(
            intensity=intensity,
            period=period,
            auto_shutdown=auto_shutdown,
            backoff=backoff,
            events=events,
            mask=mask,
        )
        if template is not None:
            check_childspecs([template], flags.auto_shutdown)
        _require_limit(max_children)
        return cls._begin(
            DynamicSupervisorActor, Launch(), dispatcher, flags, template, max_children
        )

    # --- administration: each returns a future, and is done in its turn ---

    def start_child(self, *args: Any) -> Future[Any]:
        """Start one more child.

        Args:
            args: a ChildSpec; or, with a template, what its `start` is called with.

        Returns:
            What the `start` gave. A child whose start gave IGNORE is not known afterwards.

        Raises (in the future, as all below):
            BadChildSpec: it cannot be followed.
            MaxChildren: there are as many as there may be.
            FailedToStartChild: it did not start; it is not known afterwards.
            SupervisorGone: the supervisor has ended, or is ending.
        """
        return self._ask(DynamicSupervisorActor.start_child, *args)

    def terminate_child(self, child: Any) -> Future[None]:
        """End a child and forget it, or call off that it is tried again.

        Args:
            child: its reference, or anything with an `actor_ref`; of one that is tried again,
                that of its last life. A dead actor's is fine.

        Raises:
            ChildNotFound: a live actor that is not a child; it lives on.
        """
        return self._ask(DynamicSupervisorActor.terminate_child, child)

    def which_children(self) -> Future[list[ChildInfo]]:
        """Return a line for each child, in no particular order; their id is None."""
        return self._ask(DynamicSupervisorActor.which_children)

    def count_children(self) -> Future[ChildCounts]:
        """Return how many children there are."""
        return self._ask(DynamicSupervisorActor.count_children)


def _require_limit(value: object) -> None:
    number = isinstance(value, int) and not isinstance(value, bool)
    if value != INFINITY and not (number and value >= 0):  # type: ignore[operator]  # a number
        raise BadFlag(
            f"`max_children` is an int from 0 or INFINITY, not {value!r}", code="bad_max_children"
        )
