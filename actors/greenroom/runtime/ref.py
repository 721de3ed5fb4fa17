"""References to actors: what the world may do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import pykka
from pykka.messages import _ActorStop

from greenroom.runtime.errors import ActorError
from greenroom.runtime.exit_reason import SHUTDOWN, ExitReason
from greenroom.runtime.future import Future, require_free_thread
from greenroom.runtime.monitor import Monitor, watch
from greenroom.runtime.question import Question
from greenroom.runtime.signals import Stop

if TYPE_CHECKING:
    from greenroom.runtime.actor import Actor
    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.inbox import Inbox

__all__ = ["ActorRef"]

A = TypeVar("A", bound="Actor")


class ActorRef(pykka.ActorRef[A]):
    """A pykka reference that answers every question. Safe to pass to any thread.

    Attributes:
        dispatcher: who runs the actor.
    """

    actor_inbox: Inbox  # type: ignore[assignment]  # takes no envelopes

    def __init__(self, actor: A, dispatcher: Dispatcher) -> None:
        super().__init__(actor)
        self.dispatcher = dispatcher

    def tell(self, message: Any) -> None:
        """Send a message and expect no answer; never blocks.

        Raises:
            pykka.ActorDeadError: the actor has ended.
            MailboxFull: it has too many messages waiting.
        """
        self.actor_inbox.put(message)

    def signal(self, message: Any) -> bool:
        """Send a message that overtakes all others and has no bound. For the framework.

        Returns:
            False if the actor has ended, which is no error here.
        """
        return self.actor_inbox.put_control(message)

    @overload
    def ask(
        self, message: Any, *, block: Literal[False], timeout: float | None = None
    ) -> Future[Any]: ...

    @overload
    def ask(self, message: Any, *, block: Literal[True], timeout: float | None = None) -> Any: ...

    @overload
    def ask(
        self, message: Any, *, block: bool = True, timeout: float | None = None
    ) -> Any | Future[Any]: ...

    def ask(
        self, message: Any, *, block: bool = True, timeout: float | None = None
    ) -> Any | Future[Any]:
        """Send a message and get an answer, whatever happens to the actor.

        Args:
            message: what is asked.
            block: wait for the answer; else return a future of it.
            timeout: seconds to wait at most, if blocking.

        Raises:
            pykka.ActorDeadError: the actor has ended, or did before it came to this.
            MailboxFull: it has too many messages waiting.
            pykka.Timeout: no answer in time.
            WouldBlock: blocking, on a dispatcher's thread; nothing was sent.
            BaseException: what the actor raised. A future raises all of these in
                `get()`, and none of them here.
        """
        if isinstance(message, _ActorStop):
            return self.stop(block=block, timeout=timeout)
        if block:
            require_free_thread(self.dispatcher, "an actor's answer")
        future: Future[Any] = Future(self.dispatcher)
        try:
            self.actor_inbox.put(Question(message, future))
        except (pykka.ActorDeadError, ActorError) as error:
            future.fail(error)
        if not block:
            return future
        try:
            return future.get(timeout=timeout)
        finally:
            del future  # or an error's traceback holds the future that holds the error

    @overload
    def stop(
        self,
        *,
        block: Literal[True],
        timeout: float | None = None,
        reason: ExitReason = SHUTDOWN,
    ) -> bool: ...

    @overload
    def stop(
        self,
        *,
        block: Literal[False],
        timeout: float | None = None,
        reason: ExitReason = SHUTDOWN,
    ) -> Future[bool]: ...

    @overload
    def stop(
        self, *, block: bool = True, timeout: float | None = None, reason: ExitReason = SHUTDOWN
    ) -> bool | Future[bool]: ...

    def stop(
        self, *, block: bool = True, timeout: float | None = None, reason: ExitReason = SHUTDOWN
    ) -> bool | Future[bool]:
        """Ask the actor to end, ahead of all messages that wait (P7).

        Messages that it has not handled by then are lost, questions among them get
        ActorDeadError.

        Args:
            block: return only when it has ended and has released what it held.
            timeout: seconds to wait at most, if blocking. The stop goes on.
            reason: what its watchers are told.

        Returns:
            True if it ended by this or another stop, False if it had ended before.

        Raises:
            pykka.Timeout: it has not ended in time.
            WouldBlock: blocking, on a dispatcher's thread; nothing was sent.
        """
        if block:
            require_free_thread(self.dispatcher, "an actor's end")
        ended: Future[bool] = Future(self.dispatcher)
        if not self.actor_inbox.put_control(Stop(reason, ended)):
            ended.settle(False)
        return ended.get(timeout=timeout) if block else ended

    def monitor(self, watcher: pykka.ActorRef[Any]) -> Monitor:
        """Have `watcher` told `Terminated` when this actor ends."""
        return watch(self, watcher)
