"""What has to be run before a question of the CLI can be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks.call import Call
    from greenroom.values.callback_failure import CallbackFailure

__all__ = ["Errand", "Refusal", "Service"]


class Refusal(msgspec.Struct, frozen=True):
    """The answer that a question cannot be answered: an error on the wire.

    Attributes:
        text: what the CLI is told; it may reach the model.
    """

    text: str


class Errand(NamedTuple):
    """A callback to run, and what becomes of its result.

    Attributes:
        name: of the callback, for records.
        call: the callback; it may block, or return something to be awaited.
        then: makes the answer, or the next errand, of the result. What it raises counts as a bad
            answer. Called on the dispatcher, so it must be quick.
        closed: makes the answer for a callback that failed.
        timeout: seconds it may take; None is the default of the session.
        unlimited: it may take as long as it takes, as people do; goes before `timeout`.
        at_once: an answer that is sent before the callback is run; its result is dropped then.
        tool_use_id: the tool call it is about.
        agent_id: the sub-agent that asks.
    """

    name: str
    call: Callable[[Call], Any]
    then: Callable[[Any], Any]
    closed: Callable[[CallbackFailure], Any]
    timeout: float | None = None
    unlimited: bool = False
    at_once: Any = None
    tool_use_id: str | None = None
    agent_id: str | None = None


class Service(Protocol):
    """Answers questions of one kind. Called on a dispatcher: quick, and it never blocks."""

    def answer(self, inquiry: Any) -> Any:
        """Return the answer, or the errand that has to be run for it."""
