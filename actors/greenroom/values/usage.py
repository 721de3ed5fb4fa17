"""Tokens and money: per turn, and running over a conversation."""

from __future__ import annotations

import msgspec

__all__ = ["NOTHING", "Spend", "Totals"]


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """What something cost.

    Attributes:
        input_tokens: tokens read by the model, cache excluded.
        output_tokens: tokens written by the model.
        cache_read_tokens: input tokens served from the prompt cache.
        cache_creation_tokens: input tokens written to the prompt cache.
        cost_usd: US dollars as estimated by the CLI.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_creation_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: Spend) -> Spend:
        return Spend(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_creation_tokens=self.cache_creation_tokens + other.cache_creation_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
        )

    def since(self, earlier: Spend) -> Spend:
        """Return what was added to `earlier` to get here, never less than zero.

        A running total that went down (a process that starts counting anew) counts in full.
        """
        return Spend(
            **{
                name: now - then if (now := getattr(self, name)) >= then else now
                for name in _FIELDS
                for then in (getattr(earlier, name),)
            }
        )


_FIELDS = Spend.__struct_fields__

NOTHING = Spend()
"""What costs nothing."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Running sums of one session over all its processes.

    Attributes:
        spend: the sum over all finished turns, unsolicited ones included.
        turns: finished turns, whatever their outcome.
        completed: those of them that completed.
    """

    spend: Spend = Spend()
    turns: int = 0
    completed: int = 0
