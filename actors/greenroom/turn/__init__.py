"""The handle of one query, its stream of frames, and what can be derived from it."""

from greenroom.turn.collected import Collected, ToolCall
from greenroom.turn.flow import Flow
from greenroom.turn.handle import Turn
from greenroom.turn.stream import Stream
from greenroom.turn.ticket import Interrupt, Relief, Strained, Ticket, TurnOver
from greenroom.turn.unfinished import Unfinished

__all__ = [
    "Collected",
    "Flow",
    "Interrupt",
    "Relief",
    "Strained",
    "Stream",
    "Ticket",
    "ToolCall",
    "Turn",
    "TurnOver",
    "Unfinished",
]
