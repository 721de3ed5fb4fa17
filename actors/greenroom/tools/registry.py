"""Tools under one name, together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import msgspec

from greenroom.runtime.log import report_error
from greenroom.tools.definition import Tool
from greenroom.tools.usage import Tally, ToolUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from greenroom.tools.annotations import ToolAnnotations

__all__ = ["ToolDescription", "ToolRegistry"]

P = ParamSpec("P")
R = TypeVar("R")


class ToolDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know of a tool without calling it; see `Tool` for the attributes."""

    name: str
    description: str
    input_schema: dict[str, Any]
    annotations: ToolAnnotations | None
    timeout: float | None
    max_result_chars: int | None
    is_async: bool


class ToolRegistry:
    """Tools that are served together, as one MCP server.

    One registry may serve any number of sessions at once. What changes in it reaches those that
    run. All methods are safe from any thread.

    Args:
        name: for people; sessions name their servers themselves.
        tools: the first tools: made by `tool`, or functions that are made tools here.
        version: what the CLI is told.
        instructions: what the model is told about all of them; None for nothing.
    """

    def __init__(
        self,
        name: str,
        tools: Iterable[Callable[..., Any]] = (),
        *,
        version: str = "1.0.0",
        instructions: str | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.instructions = instructions
        self._lock = threading.Lock()
        self._tools: dict[str, Tool[..., Any]] = {}
        self._tallies: dict[str, Tally] = {}
        self._listeners: list[Callable[[], object]] = []
        for tool in tools:
            self.register(tool)

    def __repr__(self) -> str:
        return f"<ToolRegistry {self.name!r} of {len(self)} tools>"

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __iter__(self) -> Iterator[Tool[..., Any]]:
        """Iterate over the tools of this moment, oldest first."""
        with self._lock:
            return iter(tuple(self._tools.values()))

    def __len__(self) -> int:
        return len(self._tools)

    def register(self, tool: Callable[P, R]) -> Tool[P, R]:
        """Add a tool and return it; a plain function is made one. Works as a decorator.

        Raises:
            ValueError: there is another of that name.
            TypeError: it cannot be a tool.
        """
        added = tool if isinstance(tool, Tool) else Tool(tool)
        with self._lock:
            if added.name in self._tools:
                raise ValueError(
                    f"registry {self.name!r} already has a tool {added.name!r}: deregister that, "
                    "or give this one another name with @tool(name=...)"
                )
            self._tools[added.name] = added
            self._tallies.setdefault(added.name, Tally())
        self._changed()
        return added

    def deregister(self, name: str) -> Tool[..., Any]:
        """Remove a tool and return it. Calls that run go on; its usage is kept.

        Raises:
            KeyError: there is none of that name.
        """
        with self._lock:
            removed = self._tools.pop(name, None)
        if removed is None:
            raise self._missing(name)
        self._changed()
        return removed

    def lookup(self, name: str) -> Tool[..., Any]:
        """Return the tool of that name.

        Raises:
            KeyError: there is none.
        """
        found = self._tools.get(name)
        if found is None:
            raise self._missing(name)
        return found

    def describe(self) -> list[ToolDescription]:
        """Return what there is to know of each tool, oldest first."""
        names = ToolDescription.__struct_fields__
        return [ToolDescription(**{name: getattr(tool, name) for name in names}) for tool in self]

    def usage(self, name: str) -> ToolUsage:
        """Return how the calls of a tool went, those of all sessions; also once it is removed.

        Raises:
            KeyError: there never was one of that name.
        """
        tally = self._tallies.get(name)
        if tally is None:
            raise self._missing(name)
        return tally.snapshot()

    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Have `callback()` called after every change, by whoever makes it.

        It must be quick; what it raises is logged. Calling what is returned ends that.
        """
        with self._lock:
            self._listeners = [*self._listeners, callback]

        def forget() -> None:
            with self._lock:
                self._listeners = [known for known in self._listeners if known is not callback]

        return forget

    def tally(self, name: str) -> Tally:
        """Return what counts the calls of a tool. For the server that makes them."""
        return self._tallies[name]

    def _changed(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except Exception as error:  # noqa: BLE001 - a session's trouble is not the registry's
                report_error(__name__, "tool_listener_failed", error, registry=self.name)

    def _missing(self, name: str) -> KeyError:
        import difflib  # noqa: PLC0415 - only needed once something is wrong

        known = tuple(self._tallies)
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known) or 'none'}"
        return KeyError(f"registry {self.name!r} has no tool {name!r}: {hint}")
