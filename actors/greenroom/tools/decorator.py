"""Makes a function a tool."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from greenroom.tools.definition import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.tools.annotations import ToolAnnotations

__all__ = ["tool"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    annotations: ToolAnnotations | None = None,
    timeout: float | None = None,
    max_result_chars: int | None = None,
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...


def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a function, sync or async, a tool; used as ``@tool`` or ``@tool(timeout=5)``.

    The schema of its arguments comes from the types of its parameters, which may be whatever
    msgspec reads from JSON. What a parameter means is taken from `msgspec.Meta`, from a string in
    `Annotated`, or from the section ``Args:`` of the docstring; the rest of that describes the
    tool. A parameter of the type `ToolContext` (or `Call`) is given the context of the call and is
    no part of the schema. A default is used when the model leaves the argument out.

    Args:
        function: the function.
        **options: `name` (else the function's), `description` (else the docstring), `annotations`
            (hints for the CLI), `timeout` (seconds a call may take), `max_result_chars` (how long a
            result the CLI still shows the model whole).

    Raises:
        TypeError: the function cannot be a tool; names the parameter that is in the way.
        ValueError: an option is out of range.
    """
    return partial(Tool, **options) if function is None else Tool(function, **options)
