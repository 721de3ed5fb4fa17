"""An actor whose tasks take time, and are done one after the other.

A *procedure* is a generator. It yields when it cannot go on, and is resumed after everything
that happens, to look again. So it reads like the blocking code that OTP has in its place, while
the dispatcher is free for others. What is asked meanwhile waits in order, as in OTP's mailbox;
only the end overtakes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from greenroom.runtime.actor import Actor
from greenroom.runtime.exit_reason import Crash, ExitReason, Killed
from greenroom.runtime.handlers import handles
from greenroom.runtime.supervision.errors import SupervisorGone

if TYPE_CHECKING:
    from greenroom.runtime.future import Future

__all__ = ["Finishing", "Procedure", "ProcedureActor", "Request"]

T = TypeVar("T")
Procedure: TypeAlias = Generator[None, None, T]


class Finishing(Exception):
    """Raised by a procedure that has no sense any more, because the actor is to end."""


class Request:
    """Something to be done, in its turn.

    Attributes:
        operation: called with the actor and `args`; returns a value, or a procedure for it.
        reply: gets the value or the error; an error without one ends the actor.
    """

    __slots__ = ("args", "operation", "reply")

    def __init__(
        self,
        operation: Callable[..., Any],
        args: tuple[Any, ...] = (),
        reply: Future[Any] | None = None,
    ) -> None:
        self.operation = operation
        self.args = args
        self.reply = reply


class Wake:
    """Something has happened: look again."""


WAKE = Wake()


class ProcedureActor(Actor):
    """Does what is requested in order, and its `ending` when it is to end."""

    mailbox_bound: ClassVar[int | None] = None
    ends_with_system: ClassVar[bool] = True  # or it would start again what the closing stops

    def __init__(self) -> None:
        super().__init__()
        self._requests: deque[Request] = deque()
        self._running: Procedure[Any] | None = None
        self._reply: Future[Any] | None = None
        self._overtaken: Future[Any] | None = None
        self._end_reason: ExitReason | None = None
        self._is_ending = False
        self._pumping = False
        self._news = 0

    # --- for subclasses ---

    def ending(self) -> Procedure[None]:
        """Release what the actor holds; it ends when this is over."""
        raise NotImplementedError

    def finish(self, reason: ExitReason) -> None:
        """End in order, overtaking all requests. The first reason counts.

        The procedure that runs is resumed; it returns soon, or raises `Finishing`.
        """
        if self._end_reason is None:
            self._end_reason = reason
        self.look_again()

    def enqueue(self, operation: Callable[..., Any], *args: Any) -> None:
        """Have `operation(self, *args)` done in its turn."""
        self._requests.append(Request(operation, args))
        self.look_again()

    def wake(self) -> None:
        """Have the actor look again. From any thread."""
        self.actor_ref.signal(WAKE)

    def look_again(self) -> None:
        """Go on as far as it goes. On the dispatcher, where something has happened."""
        self._news += 1
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._advance():
                pass
        finally:
            self._pumping = False

    @property
    def is_finishing(self) -> bool:
        """Whether the end was asked for, or has come."""
        return self._end_reason is not None

    def require_future(self) -> None:
        """Raise Finishing if the end was asked for: nothing new is to be begun."""
        if self.is_finishing:
            raise Finishing

    # --- hooks ---

    def on_stop_request(self, reason: ExitReason) -> bool:
        """End in order; at once after a fault of our own, or when killed."""
        if isinstance(reason, Crash | Killed):
            return True
        self.finish(reason)
        return False

    def on_stop(self) -> None:
        """Tell those who wait that nothing comes of it any more."""
        self._refuse_all()

    def on_failure(self, *_exc_info: object) -> None:
        """Tell those who wait that nothing comes of it any more."""
        self._refuse_all()

    # --- messages ---

    @handles(Request)
    def _on_request(self, request: Request) -> None:
        self._requests.append(Request(request.operation, request.args, request.reply))
        # The message is in the frames of our callers, and those are in an error's traceback.
        request.args, request.reply = (), None
        self.look_again()

    @handles(Wake)
    def _on_wake(self, _wake: Wake) -> None:
        self.look_again()

    # --- inside ---

    def _advance(self) -> bool:
        """Take one step; return whether another may be possible."""
        procedure, reply = self._running, self._reply
        if procedure is None:
            return self._begin_ending() if self.is_finishing else self._begin_next()
        seen = self._news
        try:
            next(procedure)
        except StopIteration as over:
            self._running = self._reply = None
            if reply is not None:
                reply.settle(over.value)
        except Finishing:
            self._running = self._reply = None
            self._overtaken = reply
        except BaseException as error:
            self._running = self._reply = None
            if reply is None:
                raise
            reply.fail(error)
        else:
            return self._news != seen
        finally:
            del procedure, reply  # or an error's traceback holds the reply that holds the error
        return True

    def _begin_ending(self) -> bool:
        if self._is_ending:
            self.terminate(self._end_reason)
            return False
        self._is_ending = True
        self._running = self.ending()
        return True

    def _begin_next(self) -> bool:
        if not self._requests:
            return False
        request = self._requests.popleft()
        reply = request.reply
        try:
            result = request.operation(self, *request.args)
        except BaseException as error:
            if reply is None:
                raise
            reply.fail(error)
        else:
            if isinstance(result, GeneratorType):
                self._running, self._reply = result, reply
            elif reply is not None:
                reply.settle(result)
        finally:
            del request, reply  # as above
        return True

    def _refuse_all(self) -> None:
        replies = [request.reply for request in self._requests]
        self._requests.clear()
        for reply in (self._overtaken, self._reply, *replies):
            if reply is not None:
                reply.fail(SupervisorGone(f"{self} ended before it got to this"))
        self._overtaken = self._reply = None
