"""What the handles of supervisors of every kind have in common."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pykka

from greenroom.runtime.errors import DispatcherClosed, WouldBlock
from greenroom.runtime.future import Future
from greenroom.runtime.stoppable import Stoppable
from greenroom.runtime.supervision.errors import SupervisorGone
from greenroom.runtime.supervision.launch import Boot, Launch
from greenroom.runtime.supervision.procedures import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.ref import ActorRef
    from greenroom.runtime.supervision.overseer import Overseer

__all__ = ["Handle", "wait_for"]

T = TypeVar("T")


class Handle(Stoppable):
    """A supervisor, for those who use it. Thread-safe; nothing here blocks but `stop`."""

    __slots__ = ("_ref",)

    def __init__(self, ref: ActorRef[Overseer]) -> None:
        self._ref = ref

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._ref.actor_urn}>"

    @property
    def actor_ref(self) -> ActorRef[Overseer]:
        """The supervisor's actor."""
        return self._ref

    def stop(self, timeout: float | None = None) -> None:
        """End the supervisor and all its children; returns when they are down. Idempotent.

        It overtakes whatever the supervisor is doing.

        Args:
            timeout: seconds to wait at most; None waits for ever.

        Raises:
            TimeoutError: not down in time; stopping goes on.
            WouldBlock: the caller runs on a dispatcher.
        """
        self._stop("the supervisor", timeout)

    def _ask(self, operation: Callable[..., Any], *args: Any) -> Future[Any]:
        """Have the actor do something in its turn.

        Returns:
            What comes of it. If the supervisor has ended, or ends before, SupervisorGone.
        """
        reply: Future[Any] = Future(self._ref.dispatcher)
        sent = self._ref.ask(Request(operation, args, reply), block=False)
        sent.add_done_callback(partial(_pass_on, reply))
        return reply

    @classmethod
    def _begin(
        cls,
        actor_class: type[Overseer],
        launch: Launch,
        dispatcher: Dispatcher | None,
        *args: Any,
    ) -> Boot[Self]:
        ref = actor_class.start(*args, launch, dispatcher=dispatcher)
        launch.supervisor = cls(ref)
        boot: Boot[Self] = Boot(ref)
        launch.boot = boot
        begin = launch.take_begin()
        if ref.dispatcher.is_current():
            begin()
        else:
            with suppress(DispatcherClosed):  # the actor was killed then, and the boot has failed
                ref.dispatcher.call_soon(begin)
        return boot


def wait_for(boot: Boot[T]) -> T:
    """Return the supervisor once it is up; where that cannot be awaited, call the boot off."""
    try:
        return boot.get()
    except WouldBlock as error:
        boot.cancel()
        if boot.problem is not None:
            raise boot.problem from None
        raise WouldBlock(
            "the start of a supervisor was not over at once, and waiting for it would stop the "
            "dispatcher that runs it; it was called off. Use begin(), whose future can be awaited, "
            "or start it on another thread"
        ) from error
    except BaseException:
        boot.cancel()
        raise


def _pass_on(reply: Future[Any], error: BaseException | None) -> None:
    """Fail the reply if the question itself did not get through."""
    if isinstance(error, pykka.ActorDeadError):
        reply.fail(SupervisorGone(str(error)))
    elif error is not None:
        reply.fail(error)
