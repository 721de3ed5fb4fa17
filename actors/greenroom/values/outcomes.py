"""What can become of a turn: exactly one of the classes here.

:class:`Completed` is the only success. Every other outcome is a :class:`TurnError`, at once a value
(``turn.outcome()`` returns it) and an exception (``turn.result()`` raises it), so that both
``match`` and ``except`` read naturally. The set is closed: :data:`OUTCOMES` lists it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias

import msgspec

from greenroom.values.errors import GreenroomError
from greenroom.values.failure_context import FailureContext
from greenroom.values.usage import Spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.values.callback_failure import CallbackFailure
    from greenroom.values.deadlines import Phase

__all__ = [
    "OUTCOMES",
    "ApiFailed",
    "AuthenticationFailed",
    "Cancelled",
    "Completed",
    "Crashed",
    "FailureContext",
    "Interrupted",
    "LimitReached",
    "Outcome",
    "RateLimited",
    "Refused",
    "Rejected",
    "SchemaFailed",
    "StartFailed",
    "TimedOut",
    "Truncated",
    "TurnError",
    "internal_error",
]


if TYPE_CHECKING:
    from typing_extensions import TypeVar

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    T = TypeVar("T")


class Completed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The turn ended with a whole result frame of its own that reports no error.

    Attributes:
        turn_id: the id its prompt was sent with.
        session_id: the conversation as last observed on the wire.
        text: the final answer.
        structured: the structured output, when a schema was asked for.
        stop_reason: why the model stopped, in the API's words.
        rounds: API round trips as counted by the CLI (``num_turns`` on Claude's wire).
        duration_seconds: as measured by the CLI.
        spend: tokens and dollars of this turn alone.
        running: tokens and dollars of the conversation so far, this turn included.
        value: the structured output as the type that was asked for (``ask(returns=…)``).
        permission_denials: tool calls that were denied, here (the first 1,000) or by the CLI, each
            once: `Denial`s.
        callback_failures: hooks, permission handlers and tools that failed; the CLI got the closed
            answer, and the turn went on.
        frame: the result frame itself.
    """

    turn_id: str
    session_id: str | None
    text: str
    structured: Any = None
    value: T = None  # type: ignore[assignment]  # where nothing was asked for, T is Any
    stop_reason: str | None = None
    rounds: int = 0
    duration_seconds: float = 0.0
    spend: Spend = Spend()
    running: Spend = Spend()
    permission_denials: tuple[Any, ...] = ()
    callback_failures: tuple[CallbackFailure, ...] = ()
    frame: Any = None

    code: ClassVar[str] = "completed"
    ok: ClassVar[bool] = True


Category = Literal["account", "api", "caller", "limit", "model", "process"]


class TurnError(GreenroomError):
    """Root of every outcome but :class:`Completed`.

    Attributes:
        code: stable name of the exact situation, finer than the class (``"bad_flag"``).
        category: who can mend it: the ``account`` holder, the ``api``, the ``caller``, nobody
            before a ``limit`` resets, the ``model``, or whoever runs the ``process``.
        retryable: whether the same prompt may succeed later without a change. It says nothing
            about tools that already ran: a failed turn may have had effects.
        context: the evidence.
    """

    code: str = "turn_failed"
    category: ClassVar[Category] = "process"
    retryable: bool = False
    ok: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retryable: bool | None = None,
        context: FailureContext | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = type(self).code if code is None else code
        self.retryable = type(self).retryable if retryable is None else retryable
        self.context = FailureContext() if context is None else context

    def reword(self, edit: Callable[[str], str]) -> None:
        """Let `edit` say the message anew, before anybody was told."""
        self.message = edit(self.message)
        self.args = (self.message,)

    def __str__(self) -> str:
        hint = self.context.hint
        return f"{self.message} ({hint})" if hint else self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={self.code!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.message, dict(self.__dict__))


def _revive(cls: type[TurnError], message: str, state: dict[str, Any]) -> TurnError:
    error = cls.__new__(cls, message)
    error.__dict__.update(state)
    return error


class AuthenticationFailed(TurnError):
    """The credential is missing, expired or not accepted. Restarting does not help."""

    code = "authentication_failed"
    category = "account"


class RateLimited(TurnError):
    """The account's rate or usage limit is used up.

    Attributes:
        resets_at: Unix time in seconds at which the limit resets, when the CLI told it.
    """

    code = "rate_limited"
    category = "limit"
    retryable = True

    def __init__(self, message: str, *, resets_at: float | None = None, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.resets_at = resets_at


Limit = Literal["budget", "context", "credit", "memory", "output_tokens", "turns", "unread"]


class LimitReached(TurnError):
    """A limit of this run or conversation was reached.

    Attributes:
        limit: which one: ``turns`` (max_turns), ``budget`` (max_budget_usd), ``output_tokens``,
            ``context`` (the prompt is too long), ``credit`` (the account's balance), ``memory``
            (of the process and all it started) or ``unread`` (``Overflow.FAIL``: the reader was
            behind for too long).
    """

    code = "limit_reached"
    category = "limit"

    def __init__(self, message: str, *, limit: Limit, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.limit = limit


class Rejected(TurnError):
    """The request itself was refused: unknown model, bad option, invalid input."""

    code = "rejected"
    category = "caller"


class Refused(TurnError):
    """The model declined to answer."""

    code = "refused"
    category = "model"


class ApiFailed(TurnError):
    """The API answered with an error of its own or could not be reached.

    Attributes:
        status: HTTP status, or None when there was no answer.
    """

    code = "api_failed"
    category = "api"
    retryable = True

    def __init__(self, message: str, *, status: int | None = None, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.status = status


class SchemaFailed(TurnError):
    """A structured output was asked for and none, or an invalid one, was given.

    Attributes:
        raw: what the model wrote instead.
    """

    code = "schema_failed"
    category = "model"
    retryable = True

    def __init__(self, message: str, *, raw: str | None = None, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.raw = raw


class Truncated(TurnError):
    """The process ended cleanly, or the stream stopped, without a whole result of this turn.

    Attributes:
        bytes_lost: size of the unfinished last line.
    """

    code = "truncated"
    category = "process"

    def __init__(self, message: str, *, bytes_lost: int = 0, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.bytes_lost = bytes_lost


class Crashed(TurnError):
    """The process died before the turn had its result.

    Attributes:
        exit_code: its exit code, or None when a signal ended it.
        signal: the signal, or None.
    """

    code = "crashed"
    category = "process"

    def __init__(
        self,
        message: str,
        *,
        exit_code: int | None = None,
        signal: int | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(message, **rest)
        self.exit_code = exit_code
        self.signal = signal


class Interrupted(Crashed):
    """The process died while the CLI worked on the turn: what it did, and how far, is unknown.

    Tools may have run. It is never asked again unless its caller said that this does no harm
    (``ask(..., idempotent=True)``). A turn that the CLI had not begun is merely `Crashed`.
    """

    code = "outcome_unknown"


class Cancelled(TurnError):
    """The turn was interrupted, withdrawn from the queue, or its session was stopped.

    Attributes:
        confirmed: True when the CLI itself reported the abort or the prompt was never sent;
            False when the process had to be stopped, so that what ran last is unknown.
    """

    code = "cancelled"
    category = "caller"

    def __init__(self, message: str, *, confirmed: bool = True, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.confirmed = confirmed


class TimedOut(TurnError):
    """A deadline passed.

    Attributes:
        phase: what was being waited for.
        seconds: the deadline that fired; ``Deadlines.<phase>`` sets it.
    """

    code = "timed_out"
    category = "process"
    retryable = True

    def __init__(self, message: str, *, phase: Phase, seconds: float, **rest: Any) -> None:
        super().__init__(message, **rest)
        self.phase = phase
        self.seconds = seconds


class StartFailed(TurnError):
    """The process could not be started: not installed, wrong version, no permission."""

    code = "start_failed"
    category = "process"


Outcome: TypeAlias = (
    Completed
    | AuthenticationFailed
    | RateLimited
    | LimitReached
    | Rejected
    | Refused
    | ApiFailed
    | SchemaFailed
    | Truncated
    | Crashed
    | Interrupted
    | Cancelled
    | TimedOut
    | StartFailed
)

OUTCOMES: tuple[type, ...] = Outcome.__args__
"""Every class an outcome can have."""


def internal_error(error: BaseException) -> Crashed:
    """Return the outcome of a turn that a fault of Greenroom itself has ended."""
    return Crashed(
        f"greenroom failed while serving the turn: {error!r}; please report it",
        code="internal_error",
    )
