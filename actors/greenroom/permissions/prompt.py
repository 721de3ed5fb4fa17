"""A question that waits for a person."""

from __future__ import annotations

from typing import Self

import msgspec

from greenroom.permissions.errors import BadAnswerError
from greenroom.permissions.inquiry import Answer, Inquiry

__all__ = ["PendingPrompt", "answer_from_json", "answer_to_json"]


class PendingPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a `PromptQueue`.

    Attributes:
        id: by which it is answered; cannot be guessed.
        inquiry: what is asked.
        asked_at: when, in seconds since 1970.
        session_id: the conversation; None before its first turn.
        turn_id: the turn in which it is asked; None between turns.
    """

    id: str
    inquiry: Inquiry
    asked_at: float
    session_id: str | None = None
    turn_id: str | None = None

    def to_json(self) -> bytes:
        """Return it as JSON, for another process; `inquiry.kind` tells what is asked."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Return the prompt that `to_json` has written.

        Raises:
            msgspec.ValidationError: it is none.
        """
        return msgspec.json.decode(data, type=cls)


def answer_to_json(answer: Answer) -> bytes:
    """Return an answer as JSON, for `PromptQueue.answer_json`; its `kind` tells which it is."""
    return msgspec.json.encode(answer)


def answer_from_json(data: bytes | str) -> Answer:
    """Return the answer that `data` describes, as in ``{"kind": "deny", "reason": "no"}``.

    Raises:
        BadAnswerError: it describes none, or has members that no answer has.
    """
    try:
        answer: Answer = msgspec.json.decode(data, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadAnswerError(f"this is no answer: {error}") from error
    return answer
