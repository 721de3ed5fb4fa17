"""What a callback may know of the call it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from greenroom.callbacks.signal import CancelSignal

__all__ = ["Call"]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a callback.

    Attributes:
        signal: set when nobody waits for the answer any more.
        session_id: the conversation; None before its first turn.
        turn_id: the turn for which the CLI asks: the one that runs or, of a sub-agent, the one
            that started it, which may be over. None: for no turn.
        tool_use_id: the tool call it is about, if it is about one.
        agent_id: the sub-agent that asks; None for the main conversation.
    """

    signal: CancelSignal
    session_id: str | None = None
    turn_id: str | None = None
    tool_use_id: str | None = None
    agent_id: str | None = None
