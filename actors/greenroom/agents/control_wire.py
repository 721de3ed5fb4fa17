"""What is said over the control socket: a JSON object a line, both ways.

A client sends a request and gets answers, the last of which ends the request; then it may send the
next. Members that are not known are ignored, so versions that differ a little understand each
other.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from greenroom.agents.status import AgentStatus  # noqa: TC001 - msgspec reads annotations
from greenroom.agents.turn_report import TurnReport  # noqa: TC001 - see above

__all__ = [
    "LARGEST_REQUEST",
    "Accepted",
    "Answer",
    "Denied",
    "Done",
    "Finished",
    "Listing",
    "Piece",
    "Request",
    "RestartAgent",
    "ShowStatus",
    "StopAgents",
    "TellAgent",
    "decode_answer",
    "decode_request",
    "encode",
]

LARGEST_REQUEST: Final = 8 * 1024 * 1024
"""Bytes of a request: a prompt may be a whole file."""


class ShowStatus(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="status"):
    """Show all agents; answered by `Listing`."""


class TellAgent(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="tell"):
    """Have an agent run a turn; answered by `Accepted`, any number of `Piece`, and `Finished`.

    Attributes:
        name: of the agent.
        prompt: what to ask.
        cancel_on_disconnect: interrupt the turn when this client goes away; else it goes on.
    """

    name: str
    prompt: str
    cancel_on_disconnect: bool = False


class RestartAgent(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="restart"):
    """Give an agent another process, whatever it is at; answered by `Done` when that is up."""

    name: str


class StopAgents(msgspec.Struct, frozen=True, kw_only=True, tag_field="request", tag="stop"):
    """Stop an agent, or all of them and with them the host; answered by `Done`.

    Attributes:
        name: of the agent; None for all.
    """

    name: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="status"):
    """All agents. The last answer."""

    agents: tuple[AgentStatus, ...]


class Accepted(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="accepted"):
    """The turn was queued."""

    turn_id: str


class Piece(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="text"):
    """More of what the agent says."""

    text: str


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="outcome"):
    """The turn has its outcome. The last answer."""

    report: TurnReport


class Done(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="done"):
    """What was asked for is done. The last answer."""


class Denied(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="error"):
    """The request was not, or not wholly, carried out. The last answer.

    Attributes:
        code: stable name of why.
        message: the same for people.
    """

    code: str
    message: str


Request: TypeAlias = ShowStatus | TellAgent | RestartAgent | StopAgents
Answer: TypeAlias = Listing | Accepted | Piece | Finished | Done | Denied

_REQUESTS: Final[msgspec.json.Decoder[Request]] = msgspec.json.Decoder(Request)
_ANSWERS: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(Answer)


def encode(message: Request | Answer) -> bytes:
    """Return the line that says `message`."""
    return msgspec.json.encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    """Return what a client asks for.

    Raises:
        ValueError: it is no request.
    """
    try:
        return _REQUESTS.decode(line)
    except RecursionError:
        raise ValueError("it is nested without end") from None


def decode_answer(line: bytes) -> Answer:
    """Return what a host answers.

    Raises:
        ValueError: it is no answer.
    """
    return _ANSWERS.decode(line)
