"""What became of a turn, in a form that travels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec

from greenroom.values.outcomes import Completed, RateLimited, TurnError
from greenroom.values.usage import Spend

if TYPE_CHECKING:
    from greenroom.values.outcomes import Outcome

__all__ = ["TurnReport", "TurnTrouble"]


class TurnTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why a turn did not complete.

    Attributes:
        code: stable name of the exact situation.
        category: who can mend it.
        message: for people.
        hint: what to do about it, when that is known.
        retryable: whether the same prompt may succeed later without a change.
        resets_at: Unix time at which a limit resets, when that is known.
    """

    code: str
    category: str
    message: str
    hint: str | None = None
    retryable: bool = False
    resets_at: float | None = None


class TurnReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one turn of an agent.

    Attributes:
        agent: its name.
        outcome: stable name of the class of the outcome (``completed``, ``crashed``, …).
        ok: whether it completed.
        text: the final answer; empty unless it completed.
        structured: the structured output, where a schema was asked for.
        session_id: the conversation.
        turn_id: the id of its prompt on the wire.
        stop_reason: why the model stopped.
        rounds: API round trips.
        usage: tokens and dollars of the turn.
        running: tokens and dollars of the conversation so far; None unless it completed.
        error: why it did not complete; None if it did.
    """

    agent: str
    outcome: str
    ok: bool
    text: str = ""
    structured: Any = None
    session_id: str | None = None
    turn_id: str = ""
    stop_reason: str | None = None
    rounds: int = 0
    usage: Spend = Spend()
    running: Spend | None = None
    error: TurnTrouble | None = None

    @classmethod
    def of(cls, agent: str, outcome: Outcome) -> Self:
        """Return the report of an outcome."""
        if isinstance(outcome, Completed):
            return cls(
                agent=agent,
                outcome=outcome.code,
                ok=True,
                text=outcome.text,
                structured=outcome.structured,
                session_id=outcome.session_id,
                turn_id=outcome.turn_id,
                stop_reason=outcome.stop_reason,
                rounds=outcome.rounds,
                usage=outcome.spend,
                running=outcome.running,
            )
        context = outcome.context
        return cls(
            agent=agent,
            outcome=type(outcome).code,
            ok=False,
            session_id=context.session_id,
            turn_id=context.turn_id,
            usage=context.spend,
            error=_trouble(outcome),
        )


def _trouble(error: TurnError) -> TurnTrouble:
    return TurnTrouble(
        code=error.code,
        category=error.category,
        message=error.message,
        hint=error.context.hint,
        retryable=error.retryable,
        resets_at=error.resets_at if isinstance(error, RateLimited) else None,
    )
