"""What a session can have its CLI do while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from greenroom.runtime import Future
    from greenroom.turn import Turn
    from greenroom_protocol.claude.answers import (
        ContextUsage,
        InterruptReceipt,
        McpServers,
        McpSetServersResult,
        RewindResult,
        SetModelResult,
        SetPermissionModeResult,
        TaskOutput,
    )
    from greenroom_protocol.claude.options import BypassPermissions, PermissionMode

__all__ = ["Controls"]


class Controls(ABC):
    """Run-time control of one session. All methods are safe from any thread.

    Each returns at once, with a future: ``.get(timeout=…)`` waits, and so does ``await``. It raises
    `ControlRefused` when the CLI said no, `ControlTimedOut` when it did not answer within
    ``Deadlines(control=…)``, and `ControlLost` when its process ended first. Without a process one
    is started, unless the order changes an option: that waits for the next process, and the answer
    is None. What is changed so holds for processes that replace this one, too.

    Source of all orders: CLI 2.1.329.
    """

    @abstractmethod
    def _order(self, name: str, *, seconds: float | None = None, **fields: Any) -> Future[Any]:
        """Have the CLI carry out an order.

        Args:
            name: of the order.
            seconds: how long it may take to answer; ``Deadlines(control=…)`` by default.
            fields: as the order wants them.

        Raises:
            LocalProtocolError: a field is wrong, or the order would break the session.
        """

    def set_model(self, model: str | None) -> Future[SetModelResult | None]:
        """Change the model from the next API call on; None is the CLI's default.

        The CLI tries a full name out with a request of one token: one that the API does not know is
        refused, with the code ``not_found``. Without a process it fails the next turn.
        """
        return self._order("set_model", model=model)

    def set_permission_mode(
        self, mode: PermissionMode | BypassPermissions
    ) -> Future[SetPermissionModeResult | None]:
        """Change what becomes of tools that no rule settles.

        Bypassing takes the object `BypassPermissions(reason=…)`, and a process that was started
        with consent to it.
        """
        return self._order("set_permission_mode", permission_mode=mode)

    def set_max_thinking_tokens(self, tokens: int | None) -> Future[None]:
        """Bound the tokens of thinking; None is the CLI's own choice."""
        return self._order("set_max_thinking_tokens", max_thinking_tokens=tokens)

    def interrupt(self) -> Future[InterruptReceipt | None]:
        """End whatever the CLI works on; the receipt tells which prompts still wait in it.

        Turns that wait in the session are not touched; `cancel` is for those.
        """
        return self._order("interrupt", cancel_queued=True)

    def mcp_status(self) -> Future[McpServers]:
        """Tell every MCP server's state and tools, those of this session included."""
        return self._order("mcp_status")

    def mcp_reconnect(self, server: str) -> Future[None]:
        """Connect to an external MCP server again."""
        return self._order("mcp_reconnect", server_name=server)

    def mcp_toggle(self, server: str, *, enabled: bool) -> Future[None]:
        """Switch an MCP server on or off.

        Of an external one the CLI remembers it for the working directory, beyond this session;
        the session's own tools are back with the next process.
        """
        return self._order("mcp_toggle", server_name=server, enabled=enabled)

    @abstractmethod
    def set_mcp_servers(self, servers: Mapping[str, Any]) -> Future[McpSetServersResult | None]:
        """Replace the external MCP servers; those of this session's own tools stay.

        They are connected to with the next turn.
        """

    def rewind_files(self, turn: Turn[Any] | str, *, dry_run: bool = False) -> Future[RewindResult]:
        """Put files back to what they were when `turn` was asked; `dry_run` only tells which.

        The session needs ``file_checkpointing=True``.
        """
        message = getattr(turn, "id", turn)
        return self._order("rewind_files", user_message_id=message, dry_run=dry_run or None)

    def ping(self, seconds: float | None = None) -> Future[Any]:
        """Find out whether the process answers, within `seconds`; it does while a turn runs, too.

        A process that is merely alive may be stopped, or hang. This asks the API nothing.
        """
        return self._order("ping", seconds=seconds)

    def stop_task(self, task_id: str) -> Future[None]:
        """Kill a task in the background; one that does not exist is no error to the CLI."""
        return self._order("stop_task", task_id=task_id)

    def task_output(self, task_id: str) -> Future[TaskOutput]:
        """Read the last 8 KiB of a task's output."""
        return self._order("get_task_output", task_id=task_id)

    def background_tasks(self, tool_use_id: str | None = None) -> Future[None]:
        """Move running tools, or the one named, to the background."""
        return self._order("background_tasks", tool_use_id=tool_use_id)

    def context_usage(self, detail: Literal["full", "summary"] = "summary") -> Future[ContextUsage]:
        """Tell what fills the context; ``full`` has the API count tokens."""
        return self._order("get_context_usage", detail=detail)

    def control(self, subtype: str, /, **fields: Any) -> Future[Any]:
        """Send any other control request by its name on the wire; the answer is as it came.

        Raises:
            LocalProtocolError: the request would go behind the session's back, such as
                ``initialize`` or ``set_permission_mode``; the error names the method to use.
        """
        return self._order("control", request=subtype, fields=fields)
