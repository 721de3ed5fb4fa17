"""What calls of an MCP server bring."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from greenroom.mcp.content import Content, ResourceContents, TextContent, read_content

__all__ = [
    "CallToolResult",
    "PromptMessage",
    "PromptResult",
    "read_pong",
    "read_prompt",
    "read_resource",
    "read_tool_result",
]

T = TypeVar("T")


class CallToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool returned.

    Attributes:
        content: its blocks, in order.
        structured: the same as data, from tools that declare an output schema.
        is_error: the tool failed, and the content says why.
    """

    content: tuple[Content, ...] = ()
    structured: dict[str, Any] | None = None
    is_error: bool = False

    @property
    def text(self) -> str:
        """The text blocks, joined with newlines."""
        return "\n".join(each.text for each in self.content if isinstance(each, TextContent))


class PromptMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a prompt."""

    role: str
    content: Content


class PromptResult(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt, filled in."""

    messages: tuple[PromptMessage, ...]
    description: str | None = None


class _ToolAnswer(msgspec.Struct, rename="camel"):
    content: list[Any] = []
    structured_content: dict[str, Any] | None = None
    is_error: bool = False


class _PromptLine(msgspec.Struct):
    role: str
    content: Any


class _PromptAnswer(msgspec.Struct):
    messages: list[_PromptLine]
    description: str | None = None


class _ResourceAnswer(msgspec.Struct):
    contents: tuple[ResourceContents, ...]


# Each raises msgspec.ValidationError for an answer that MCP does not allow.


def read_tool_result(result: Any) -> CallToolResult:
    """Read the answer to ``tools/call``."""
    answer = msgspec.convert(result, _ToolAnswer)
    return CallToolResult(
        content=tuple(map(read_content, answer.content)),
        structured=answer.structured_content,
        is_error=answer.is_error,
    )


def read_prompt(result: Any) -> PromptResult:
    """Read the answer to ``prompts/get``."""
    answer = msgspec.convert(result, _PromptAnswer)
    messages = tuple(
        PromptMessage(role=line.role, content=read_content(line.content))
        for line in answer.messages
    )
    return PromptResult(messages=messages, description=answer.description)


def read_resource(result: Any) -> tuple[ResourceContents, ...]:
    """Read the answer to ``resources/read``."""
    return msgspec.convert(result, _ResourceAnswer).contents


def read_pong(result: Any) -> None:
    """Read the answer to ``ping``, which says nothing."""
    msgspec.convert(result, dict)
