"""What the frames of a CLI mean to a session, whichever CLI wrote them.

A backend's :class:`~greenroom.backends.base.Conversation` reads its own frames into these; sessions
and requests act on these alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from greenroom.values.usage import Spend

if TYPE_CHECKING:
    from greenroom.values.errors import GreenroomError
    from greenroom.values.outcomes import TurnError

__all__ = [
    "AgentStarted",
    "Event",
    "HandshakeDone",
    "HandshakeFailed",
    "OptionRefused",
    "OrderAnswered",
    "Question",
    "QuestionWithdrawn",
    "ToolsClosed",
    "ToolsOpened",
    "TurnBegan",
    "TurnDropped",
    "TurnEnded",
    "Verdict",
]


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events."""


class HandshakeDone(_Event, frozen=True, kw_only=True):
    """The CLI answered the handshake: it is ready and told what it can do."""

    info: dict[str, Any]


class HandshakeFailed(_Event, frozen=True, kw_only=True):
    """The CLI refused the handshake."""

    error: TurnError


class OrderAnswered(_Event, frozen=True, kw_only=True):
    """The CLI answered something it was ordered.

    Attributes:
        request_id: of the order.
        answer: what it answered, typed where that is known.
        error: why it refused; None when it obeyed.
    """

    request_id: str
    answer: Any = None
    error: GreenroomError | None = None


class TurnBegan(_Event, frozen=True, kw_only=True):
    """The CLI works on these prompts now; no ids: it started a turn of its own."""

    turn_ids: tuple[str, ...]


class TurnDropped(_Event, frozen=True, kw_only=True):
    """The CLI took the prompt back out of its queue: there will be no result."""

    turn_id: str


class ToolsOpened(_Event, frozen=True, kw_only=True):
    """The model called tools; the silence clock rests until they are closed.

    Attributes:
        ids: the calls; none when the model merely went on.
        anew: it went on with a new message, so every earlier call is over.
        agent_id: the sub-agent whose calls they are; None for the main conversation.
    """

    ids: tuple[str, ...]
    anew: bool = False
    agent_id: str | None = None


class AgentStarted(_Event, frozen=True, kw_only=True):
    """A sub-agent starts.

    Attributes:
        agent_id: its id, which its questions carry.
        tool_use_id: the call that started it.
    """

    agent_id: str
    tool_use_id: str | None


class ToolsClosed(_Event, frozen=True, kw_only=True):
    """These tool calls have their results."""

    ids: tuple[str, ...]


class Question(_Event, frozen=True, kw_only=True):
    """The CLI asks something and waits.

    Attributes:
        request_id: what the answer must carry.
        kind: the wire's own name of the question (``can_use_tool``).
        inquiry: what is asked, as the service that answers it knows it.
    """

    request_id: str
    kind: str
    inquiry: Any


class QuestionWithdrawn(_Event, frozen=True, kw_only=True):
    """The CLI does not wait for this answer any more."""

    request_id: str


class OptionRefused(_Event, frozen=True, kw_only=True):
    """The CLI does not run the turn with an option it was asked with."""

    error: TurnError


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a result says of its turn, before session and turn ids are known.

    Attributes:
        error: the outcome of a failed turn; None means the turn completed.
        value: the structured output as what the caller asked for.
        spend: tokens and dollars of this turn alone.
        running: of the conversation so far.
    """

    error: TurnError | None = None
    text: str = ""
    structured: Any = None
    value: Any = None
    stop_reason: str | None = None
    rounds: int = 0
    duration_seconds: float = 0.0
    spend: Spend = Spend()
    running: Spend = Spend()
    permission_denials: tuple[Any, ...] = ()


class TurnEnded(_Event, frozen=True, kw_only=True):
    """A whole result; it covers these prompts.

    Attributes:
        turn_ids: prompts covered; empty when the CLI ended a turn of its own.
        process_ends: the CLI will exit after it (a fatal start-up result).
    """

    turn_ids: tuple[str, ...]
    verdict: Verdict
    process_ends: bool = False


Event: TypeAlias = (
    AgentStarted
    | HandshakeDone
    | HandshakeFailed
    | OrderAnswered
    | TurnBegan
    | TurnDropped
    | ToolsOpened
    | ToolsClosed
    | Question
    | QuestionWithdrawn
    | TurnEnded
    | OptionRefused
)
