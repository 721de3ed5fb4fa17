"""What is wrong with servers before a session starts."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.tools.names import full_name, tool_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom.tools.registry import ToolDescription, ToolRegistry

__all__ = ["Gravity", "ToolProblem", "problems_of"]


class Gravity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"
    """A session with it cannot work."""

    WARNING = "warning"
    """It works, but not as its author may think."""


class ToolProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong.

    Attributes:
        gravity: how bad it is.
        server: where.
        tool: with which tool; None for the server as a whole.
        text: what it is, and what to do.
    """

    gravity: Gravity
    server: str
    tool: str | None
    text: str


def problems_of(server: str, registry: ToolRegistry) -> Iterator[ToolProblem]:
    """Tell what is wrong with the tools of a registry served as `server`."""
    descriptions = registry.describe()
    if not descriptions:
        yield _warning(server, None, "it has no tools")
    wire = tool_names(server, (described.name for described in descriptions))
    for described in descriptions:
        yield from _problems_of_one(server, described, wire[described.name])


def _problems_of_one(server: str, tool: ToolDescription, wire: str) -> Iterator[ToolProblem]:
    if wire != tool.name:
        seen = full_name(server, wire)
        text = f"the name does not fit the wire: the model, hooks and permission rules see {seen}"
        yield _warning(server, tool.name, text)
    if not tool.description.strip():
        text = "it has no description: write a docstring, or the model must guess what it does"
        yield _warning(server, tool.name, text)
    fault = _fault_of(tool.input_schema)
    if fault is not None:
        yield ToolProblem(gravity=Gravity.ERROR, server=server, tool=tool.name, text=fault)


def _fault_of(schema: Any) -> str | None:
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "its schema is not that of an object"
    definitions = schema.get("$defs", {})
    lost = sorted(
        ref for ref in _references(schema) if ref.removeprefix("#/$defs/") not in definitions
    )
    return f"its schema refers to {lost[0]}, which it does not define" if lost else None


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _references(item)
    elif isinstance(schema, dict):
        for name, value in schema.items():
            if name == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)


def _warning(server: str, tool: str | None, text: str) -> ToolProblem:
    return ToolProblem(gravity=Gravity.WARNING, server=server, tool=tool, text=text)
