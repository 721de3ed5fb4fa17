"""A function that an agent can call."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from greenroom.tools.arguments import read_arguments
from greenroom.tools.docstring import read_docstring
from greenroom.tools.parameters import read_signature
from greenroom.tools.schema import input_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.tools.annotations import ToolAnnotations
    from greenroom.tools.context import ToolContext

__all__ = ["Tool"]

P = ParamSpec("P")
R = TypeVar("R")


class Tool(Generic[P, R]):
    """A function with all that an agent has to know to call it. Immutable.

    It is called like the function, by which it is tested; made by :func:`greenroom.tool`.

    Attributes:
        function: the function itself.
        name: what it is called; the name on the wire may be shorter.
        description: for the model.
        input_schema: JSON schema of the arguments: an object and no other names.
        annotations: hints for the CLI; None for none.
        timeout: seconds a call may take; None is the default of the session.
        max_result_chars: up to how many characters the CLI shows the model the whole result;
            None leaves it to the CLI.

    Raises:
        TypeError: the function cannot be a tool; names the parameter that is in the way.
        ValueError: a name is empty, or a number is not positive and finite.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        annotations: ToolAnnotations | None = None,
        timeout: float | None = None,
        max_result_chars: int | None = None,
    ) -> None:
        _require_function(function)
        self.function = function
        self.name = _named(function.__name__ if name is None else name)
        documented = read_docstring(function.__doc__)
        self.description = documented.text if description is None else description
        signature = read_signature(function, self.name)
        self._parameters, self._contexts = signature
        self.input_schema = input_schema(self._parameters, documented.parameters, self.name)
        self.annotations = annotations
        self.timeout = _positive("timeout", timeout, self.name)
        self.max_result_chars = _positive("max_result_chars", max_result_chars, self.name)
        functools.update_wrapper(self, function, updated=())

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Tool {self.name}({', '.join(parameter.name for parameter in self._parameters)})>"

    @property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return inspect.iscoroutinefunction(self.function)

    def bind(self, arguments: Mapping[str, Any], context: ToolContext) -> Callable[[], R]:
        """Return the call of the function with what a model gave; all of it is checked here.

        Raises:
            BadArguments: some arguments are unknown, missing or of another type.
        """
        values = read_arguments(self._parameters, arguments)
        values.update(dict.fromkeys(self._contexts, context))
        return functools.partial(self.function, **values)


def _require_function(function: Any) -> None:
    if isinstance(function, Tool):
        raise TypeError(f"{function!r} is a tool already")
    if isinstance(function, type) or not (callable(function) and hasattr(function, "__name__")):
        raise TypeError(f"a tool is made of a function, not of {function!r:.100}")
    inner = inspect.unwrap(function)
    if inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner):
        raise TypeError(f"tool {function.__name__!r} is a generator; a tool returns one result")


def _named(name: Any) -> str:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ValueError(f"a tool's name must be printable text, not {name!r:.100}")
    return name


def _positive(what: str, value: Any, tool: str) -> Any:
    if value is None:
        return None
    wanted = int if what == "max_result_chars" else int | float
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise TypeError(f"tool {tool!r}: {what} must be a number, not {value!r:.100}")
    if not 0 < value < float("inf"):
        raise ValueError(f"tool {tool!r}: {what} must be positive and finite, not {value!r}")
    return value
