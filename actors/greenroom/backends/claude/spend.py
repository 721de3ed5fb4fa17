"""What a turn cost, and the conversation so far, as a result frame tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from greenroom.values.usage import NOTHING, Spend

if TYPE_CHECKING:
    from greenroom_protocol.claude import ModelUsage, Result

__all__ = ["running_spend", "spend_of"]


def running_spend(result: Result) -> Spend:
    """Return the running totals of the conversation, all models and sub-agents together."""
    totals = _sum(result.model_usage)
    return msgspec.structs.replace(totals, cost_usd=float(result.total_cost_usd))


def spend_of(result: Result, before: Spend | None, running: Spend) -> Spend:
    """Return what the turn alone cost, between the totals `before` and `running`.

    The wire's totals are cumulative and go on over a resume; the delta it sends beside them is the
    only figure that is right for the first turn of a resumed process.
    """
    delta = result.model_usage_since_last_result
    if delta is not None:
        return _sum(delta)
    if before is not None:
        return running.since(before)
    usage = result.usage
    return Spend(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_input_tokens,
        cache_creation_tokens=usage.cache_creation_input_tokens,
    )


def _sum(models: dict[str, ModelUsage]) -> Spend:
    total = NOTHING
    for model in models.values():
        total += Spend(
            input_tokens=model.input_tokens,
            output_tokens=model.output_tokens,
            cache_read_tokens=model.cache_read_input_tokens,
            cache_creation_tokens=model.cache_creation_input_tokens,
            cost_usd=float(model.cost_usd),
        )
    return total
