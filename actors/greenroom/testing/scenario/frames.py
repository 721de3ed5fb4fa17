"""Steps that write the frames of a conversation.

Each class is one step of a turn. In a scenario file a step is an object whose ``do`` names it:
``{"do": "text", "text": "Hello"}``. Every text may hold placeholders (see :class:`Frame`).
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from greenroom.testing.scenario.base import StepBase

__all__ = [
    "ApiError",
    "ApiRetry",
    "Deltas",
    "DuplicateResult",
    "Frame",
    "Init",
    "RateLimit",
    "Result",
    "ResultSubtype",
    "Text",
    "Thinking",
    "ToolResult",
    "ToolUse",
    "Unsolicited",
]

ResultSubtype = Literal[
    "success",
    "error_during_execution",
    "error_max_turns",
    "error_max_budget_usd",
    "error_max_structured_output_retries",
]


class Frame(StepBase, frozen=True):
    """Write any JSON object as one line.

    In every text ``$session_id``, ``$uuid`` (a new one each time), ``$prompt_uuid``, ``$prompt``
    (its text), ``$model``, ``$cwd``, ``$turn`` (0, 1, ... in this process), ``$history`` (prompts
    in the conversation before this turn) and ``$launch`` (1, 2, ... of this installation) are
    replaced; ``$$`` is a dollar sign. A text that is ``$prompt_uuids`` becomes the list.

    Attributes:
        frame: the object.
        times: how often to write it. It is encoded once, so repeats carry the same uuid.
    """

    frame: dict[str, Any]
    times: int = 1


class Text(StepBase, frozen=True):
    """A text block of the model's answer: an ``assistant`` frame.

    With ``--include-partial-messages`` its words come as stream events first.
    """

    text: str


class Deltas(StepBase, frozen=True):
    """A text block that is written piece by piece.

    Without ``--include-partial-messages`` only the time passes and the whole block follows.

    Attributes:
        pieces: the text of each delta.
        pause_seconds: time between the pieces.
    """

    pieces: Sequence[str]
    pause_seconds: float = 0.0


class Thinking(StepBase, frozen=True):
    """A thinking block of the model's answer."""

    thinking: str


class ToolUse(StepBase, frozen=True):
    """A tool call of the model.

    Attributes:
        name: the tool.
        input: its input.
        id: of the call; made up when None.
    """

    name: str
    input: dict[str, Any] = msgspec.field(default_factory=dict)
    id: str | None = None


class ToolResult(StepBase, frozen=True):
    """What a tool answered: a ``user`` frame. Waiting prompts fold into the turn after it.

    Attributes:
        content: text or content blocks.
        is_error: whether the tool failed.
        tool_use_id: the call it answers; the oldest open one when None.
        structured: the frame's ``tool_use_result``, which may be an object, a text or a list.
    """

    content: str | Sequence[dict[str, Any]] = ""
    is_error: bool = False
    tool_use_id: str | None = None
    structured: Any | UnsetType = UNSET


class Result(StepBase, frozen=True):
    """The ``result`` frame of the turn.

    Attributes:
        subtype: the wire's subtype; errors bring the CLI's own wording.
        text: the final text; the last text block of the turn when None.
        uuids: prompts it claims to cover; those of the turn when None.
        fields: members that are added or replaced, of any type.
        drop: members that are left out.
    """

    subtype: ResultSubtype = "success"
    text: str | None = None
    uuids: Sequence[str] | None = None
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    drop: Sequence[str] = ()


class ApiError(StepBase, frozen=True):
    """A failure of the API, told the way the CLI tells it.

    That is a synthetic ``assistant`` frame, then a ``result`` whose subtype is ``success`` and
    whose ``is_error`` is true.

    Attributes:
        status: HTTP status, or None when there was no answer.
        error: the CLI's error word, for example ``rate_limit`` or ``authentication_failed``.
        text: what the user is told.
        terminal_reason: ``api_error``, ``prompt_too_long`` or ``image_error``.
        api_error: the CLI's name for what happened, if it has one, for example
            ``usage_limit_reached``, or ``tool_history_mismatch`` of a history the API refuses.
        params: the ``api_error_params`` of the ``assistant`` frame.
    """

    status: int | None = 500
    error: str = "server_error"
    text: str | None = None
    terminal_reason: str = "api_error"
    api_error: str | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)


class ApiRetry(StepBase, frozen=True):
    """``system/api_retry``: the CLI is about to try an API request again."""

    attempt: int = 1
    status: int | None = 500
    error: str = "server_error"
    delay_ms: int = 500
    max_retries: int = 10


class RateLimit(StepBase, frozen=True):
    """``rate_limit_event``.

    Attributes:
        status: ``allowed``, ``allowed_warning`` or ``rejected``.
        resets_at: Unix time in seconds.
        limit: for example ``five_hour``.
        utilization: used share, from 0 to 1.
    """

    status: str = "rejected"
    resets_at: int | None = None
    limit: str = "five_hour"
    utilization: float | None = None


class Init(StepBase, frozen=True):
    """``system/init``, for turns that play without their envelope.

    Attributes:
        fields: members that are added or replaced.
        drop: members that are left out.
    """

    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    drop: Sequence[str] = ()


class DuplicateResult(StepBase, frozen=True):
    """The last ``result`` frame once more, byte for byte."""


class Unsolicited(StepBase, frozen=True):
    """A whole turn that nobody asked for, as a finished background task starts it.

    Its result names no prompt and carries ``origin.kind == "task-notification"``. Best placed in
    :attr:`Turn.after <greenroom.testing.scenario.Turn.after>`.
    """

    text: str = "The background task has finished."
