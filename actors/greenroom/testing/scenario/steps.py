"""Steps that ask the client, steps made of steps, and the union of all steps."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from greenroom.testing.scenario.base import StepBase
from greenroom.testing.scenario.faults import (
    Allocate,
    CloseStdin,
    CloseStdout,
    Exit,
    Garbage,
    Gate,
    Grandchild,
    Half,
    Hang,
    Kill,
    Oversize,
    Raw,
    Stderr,
    StderrFlood,
    Wait,
    WaitForInterrupt,
    WaitForPrompt,
)
from greenroom.testing.scenario.frames import (
    ApiError,
    ApiRetry,
    Deltas,
    DuplicateResult,
    Frame,
    Init,
    RateLimit,
    Result,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    Unsolicited,
)

__all__ = ["Ask", "Hook", "McpCall", "Permission", "Repeat", "Step"]


class Ask(StepBase, frozen=True):
    """Send the client any ``control_request`` and wait for its answer.

    Attributes:
        request: its ``request`` member, subtype included.
        wait: False goes on at once; the answer is only recorded.
        cancel_after_seconds: withdraw it with ``control_cancel_request`` after this time.
    """

    request: dict[str, Any]
    wait: bool = True
    cancel_after_seconds: float | None = None


class Permission(StepBase, frozen=True):
    """Ask ``can_use_tool`` for the oldest open tool call and play what the CLI would.

    A denial gives the tool result with its message and an entry in ``permission_denials``; with
    ``interrupt`` it aborts the turn, unless the fields name a sub-agent. Answers the CLI does not
    understand count as the tool's error.

    Attributes:
        allowed: steps after an ``allow``.
        fields: members of the request that are added or replaced.
        cancel_after_seconds: withdraw the question after this time.
    """

    allowed: Sequence["Step"] = (ToolResult("ok"),)
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    cancel_after_seconds: float | None = None


class Hook(StepBase, frozen=True):
    """Call the client's hooks of an event, all at once, and wait for every answer.

    Nothing happens when ``initialize`` registered none.

    Attributes:
        event: for example ``PreToolUse``.
        input: members that are added to the common hook input.
        cancel_after_seconds: withdraw what is unanswered after this time.
    """

    event: str
    input: dict[str, Any] = msgspec.field(default_factory=dict)
    cancel_after_seconds: float | None = None


class McpCall(StepBase, frozen=True):
    """Call a tool of an in-process MCP server of the client.

    The turn shows the tool call and, from the answer, its result.
    """

    server: str
    tool: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)


class Repeat(StepBase, frozen=True):
    """Play steps several times."""

    times: int
    steps: Sequence["Step"]


Step: TypeAlias = (
    Allocate
    | ApiError
    | ApiRetry
    | Ask
    | CloseStdin
    | CloseStdout
    | Deltas
    | DuplicateResult
    | Exit
    | Frame
    | Garbage
    | Gate
    | Grandchild
    | Half
    | Hang
    | Hook
    | Init
    | Kill
    | McpCall
    | Oversize
    | Permission
    | RateLimit
    | Raw
    | Repeat
    | Result
    | Stderr
    | StderrFlood
    | Text
    | Thinking
    | ToolResult
    | ToolUse
    | Unsolicited
    | Wait
    | WaitForInterrupt
    | WaitForPrompt
)
