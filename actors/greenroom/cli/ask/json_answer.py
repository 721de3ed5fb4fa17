"""``--output json``: one object that says all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import msgspec

from greenroom.cli.complaint import hint_for
from greenroom.runtime.process import plain_text
from greenroom.turn.collected import Collector
from greenroom.values.outcomes import Completed, RateLimited, TurnError

if TYPE_CHECKING:
    from greenroom.backends.base import Vocabulary
    from greenroom.cli.console import Console
    from greenroom.logging import Redactor
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol import Batch

__all__ = ["JsonAnswer"]


@final
class JsonAnswer:
    """Collects the turn and prints one JSON object when it is over, whatever became of it.

    Its keys are always there: ``outcome`` (one of a closed set of names), ``ok``, ``text``,
    ``structured``, ``session_id``, ``turn_id``, ``stop_reason``, ``rounds``,
    ``permission_denials``, ``usage`` and ``cost_usd`` of this turn, ``total_cost_usd`` of the
    conversation (None when unknown), ``duration_seconds`` from asking to the outcome, ``exit_code``
    and ``error`` (None, or ``code``, ``category``, ``message``, ``hint``, ``retryable``,
    ``resets_at``: Unix time).
    """

    def __init__(self, console: Console, vocabulary: Vocabulary) -> None:
        self._console = console
        self._collector = Collector(vocabulary)

    def take(self, batch: Batch) -> None:
        """Collect the frames."""
        self._collector.add(batch.frames)

    def finish(self, outcome: Outcome, exit_code: int, seconds: float) -> None:
        """Print the object."""
        collected = self._collector.finish(outcome)
        spend = collected.spend
        shown = {
            "outcome": type(outcome).code,
            "ok": outcome.ok,
            **(
                _answer(outcome)
                if isinstance(outcome, Completed)
                else _no_answer(outcome, collected.text, self._console.redactor)
            ),
            "usage": {
                "input_tokens": spend.input_tokens,
                "output_tokens": spend.output_tokens,
                "cache_read_tokens": spend.cache_read_tokens,
                "cache_creation_tokens": spend.cache_creation_tokens,
            },
            "cost_usd": _dollars(spend.cost_usd),
            "duration_seconds": round(seconds, 3),
            "exit_code": exit_code,
        }
        self._console.say_bytes(msgspec.json.encode(shown))


def _answer(outcome: Completed) -> dict[str, Any]:
    return {
        "text": outcome.text,
        "structured": outcome.structured,
        "session_id": outcome.session_id,
        "turn_id": outcome.turn_id,
        "stop_reason": outcome.stop_reason,
        "rounds": outcome.rounds,
        "permission_denials": outcome.permission_denials,
        "total_cost_usd": _dollars(outcome.running.cost_usd),
        "error": None,
    }


def _no_answer(error: TurnError, text: str, redactor: Redactor) -> dict[str, Any]:
    return {
        "text": text,
        "structured": None,
        "session_id": error.context.session_id,
        "turn_id": error.context.turn_id,
        "stop_reason": None,
        "rounds": 0,
        "permission_denials": (),
        "total_cost_usd": None,
        "error": {
            "code": error.code,
            "category": error.category,
            "message": redactor.text(plain_text(error.message)),
            "hint": hint_for(error),
            "retryable": error.retryable,
            "resets_at": error.resets_at if isinstance(error, RateLimited) else None,
        },
    }


def _dollars(amount: float) -> float:
    """Return `amount` without the noise that adding floats leaves behind."""
    return round(amount, 10)
