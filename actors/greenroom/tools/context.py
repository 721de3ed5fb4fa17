"""What a tool may know of the call it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.callbacks import Call, CancelSignal

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ToolContext"]


class ToolContext(Call, frozen=True, kw_only=True):
    """A `Call`, and what the session gave its tools.

    Every field has a default, so that a unit test makes one with what it needs:
    ``price("tea", context=ToolContext(state=shop))``.

    Attributes:
        signal: set when nobody waits for the result any more.
        state: the object given with the servers of the session, as it is; it is shared by all calls
            of the session, which may run on several threads at once.
        server: the server the tool was called on.
        tool: the name it is registered under.
    """

    signal: CancelSignal = msgspec.field(default_factory=CancelSignal)
    state: Any = None
    server: str = ""
    tool: str = ""

    def __repr__(self) -> str:
        """Return what may stand in a log: of the state only its type."""
        names = (name for name in self.__struct_fields__ if name != "state")
        known = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"ToolContext({known}, state=<{type(self.state).__qualname__}>)"

    @classmethod
    def of(cls, call: Call, *, state: Any, server: str, tool: str) -> Self:
        """Return the context of `call`."""
        return cls(
            signal=call.signal,
            session_id=call.session_id,
            turn_id=call.turn_id,
            tool_use_id=call.tool_use_id,
            agent_id=call.agent_id,
            state=state,
            server=server,
            tool=tool,
        )
