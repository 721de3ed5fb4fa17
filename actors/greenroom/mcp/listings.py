"""What an MCP server offers: tools, resources, prompts."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["McpPrompt", "McpResource", "McpTool", "PromptArgument", "ServerIdentity"]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    name: str
    title: str | None = None
    description: str | None = None
    meta: dict[str, Any] | None = msgspec.field(default=None, name="_meta")


class McpTool(_Entry, frozen=True, kw_only=True):
    """A tool: its arguments and its structured result are described by JSON Schemas.

    `annotations` are hints of the server's (``readOnlyHint`` and the like), not to be relied upon.
    """

    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    annotations: dict[str, Any] | None = None


class McpResource(_Entry, frozen=True, kw_only=True):
    """Something that can be read by its `uri`; `size` is in bytes."""

    uri: str
    mime_type: str | None = None
    size: int | None = None
    annotations: dict[str, Any] | None = None


class PromptArgument(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An argument of a prompt; a text."""

    name: str
    title: str | None = None
    description: str | None = None
    required: bool = False


class McpPrompt(_Entry, frozen=True, kw_only=True):
    """A template of messages."""

    arguments: tuple[PromptArgument, ...] | None = None


class ServerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What a server calls itself."""

    name: str
    version: str = ""
    title: str | None = None
