"""The parameters of a tool, read off its signature."""

from __future__ import annotations

import inspect
import re
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from greenroom.callbacks import Call
from greenroom.tools.context import ToolContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Parameter", "Signature", "read_signature"]

_IMPOSSIBLE: Final = {
    inspect.Parameter.POSITIONAL_ONLY: "is positional-only; arguments come by name",
    inspect.Parameter.VAR_POSITIONAL: "takes any number of values; take a list instead",
    inspect.Parameter.VAR_KEYWORD: "takes arguments of any name; take a dict instead",
}


class Parameter(NamedTuple):
    """One argument that the model gives.

    Attributes:
        name: of the parameter.
        type: what its value is converted to.
        default: what the function takes by default; ``inspect.Parameter.empty`` for nothing.
        description: the string among its `Annotated` metadata, if there is one.
    """

    name: str
    type: Any
    default: Any
    description: str | None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty


class Signature(NamedTuple):
    """What a function takes.

    Attributes:
        parameters: what the model gives, in order.
        contexts: names of the parameters that are given the `ToolContext`.
    """

    parameters: tuple[Parameter, ...]
    contexts: tuple[str, ...]


def read_signature(function: Callable[..., Any], tool: str) -> Signature:
    """Read what `function` takes.

    Raises:
        TypeError: a parameter cannot be served; names `tool` and the parameter.
    """
    try:
        declared = inspect.signature(function).parameters
    except ValueError as error:
        raise TypeError(f"tool {tool!r}: it does not tell its parameters: {error}") from error
    for name, parameter in declared.items():
        if parameter.kind in _IMPOSSIBLE:
            raise TypeError(f"tool {tool!r}: parameter {name!r} {_IMPOSSIBLE[parameter.kind]}")
        if parameter.annotation is parameter.empty:
            hint = "; of a method, decorate the bound one" if name in {"self", "cls"} else ""
            raise TypeError(
                f"tool {tool!r}: parameter {name!r} has no annotation, so its schema is "
                f"unknown{hint}"
            )
    hints = _hints(function, tool, declared)
    contexts = tuple(name for name in declared if _is_context(hints[name]))
    return Signature(
        tuple(
            Parameter(name, hints[name], parameter.default, _description(hints[name]))
            for name, parameter in declared.items()
            if name not in contexts
        ),
        contexts,
    )


def _hints(
    function: Callable[..., Any], tool: str, declared: Mapping[str, inspect.Parameter]
) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        guilty = _mentioning(error.name or "", declared)
        raise TypeError(
            f"tool {tool!r}: the annotation of {guilty} names {error.name!r}, which its module "
            "does not define; import or define it at module level, outside `if TYPE_CHECKING`"
        ) from error
    except (TypeError, SyntaxError, AttributeError) as error:
        raise TypeError(f"tool {tool!r}: its annotations cannot be evaluated: {error}") from error


def _mentioning(word: str, declared: Mapping[str, inspect.Parameter]) -> str:
    for name, parameter in declared.items():
        if re.search(rf"\b{re.escape(word)}\b", str(parameter.annotation)):
            return f"parameter {name!r}"
    return "its result"


def _is_context(hint: Any) -> bool:
    if typing.get_origin(hint) is Annotated:
        return _is_context(typing.get_args(hint)[0])
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return any(map(_is_context, typing.get_args(hint)))
    return hint in {Call, ToolContext}


def _description(hint: Any) -> str | None:
    metadata = getattr(hint, "__metadata__", ())
    return next((text for text in metadata if isinstance(text, str)), None)
