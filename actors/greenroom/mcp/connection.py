"""The caller's handle of one MCP server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pykka

from greenroom.mcp.call import McpCall
from greenroom.mcp.errors import McpCancelled, McpServerDown
from greenroom.mcp.messages import Ask, Enumerate, Restart, Withdraw
from greenroom.mcp.results import read_pong, read_prompt, read_resource, read_tool_result
from greenroom.runtime.stoppable import Stoppable
from greenroom_protocol.encoding import encode_line
from greenroom_protocol.jsonrpc import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from greenroom.mcp.actor import McpClient
    from greenroom.mcp.board import Board, McpInfo
    from greenroom.mcp.content import ResourceContents
    from greenroom.mcp.listings import McpPrompt, McpResource, McpTool
    from greenroom.mcp.log_message import LogMessage
    from greenroom.mcp.results import CallToolResult, PromptResult
    from greenroom.runtime import ActorRef

__all__ = ["McpConnection"]

T = TypeVar("T")


class McpConnection(Stoppable):
    """One MCP server, kept running. Every method is safe from any thread.

    Each request returns at once with an `McpCall`, to be waited for (`get`) or awaited. Requests to
    a server that is just (re)starting wait for it. As a context manager, ``with`` or ``async
    with``, it stops the server at the end.
    """

    def __init__(
        self,
        actor: ActorRef[McpClient],
        board: Board,
        numbers: Iterator[int],
        call_seconds: float,
    ) -> None:
        self._actor = actor
        self._board = board
        self._numbers = numbers
        self._call_seconds = call_seconds

    def __repr__(self) -> str:
        return f"<McpConnection {self.info.name} {self.info.status}>"

    @property
    def info(self) -> McpInfo:
        """A snapshot: status, capabilities, process, what went wrong last. Never waits."""
        return self._board.info

    @property
    def actor_ref(self) -> ActorRef[McpClient]:
        """The client actor, for actors that watch it."""
        return self._actor

    def log(self) -> tuple[LogMessage, ...]:
        """Return the last 100 messages the server logged, the newest last. Never waits."""
        return self._board.log

    # --- what it offers -------------------------------------------------------------------------

    def tools(self) -> McpCall[tuple[McpTool, ...]]:
        """List its tools; the list is kept, and fetched again when the server says it changed."""
        return self._list("tools")

    def resources(self) -> McpCall[tuple[McpResource, ...]]:
        """List its resources; see `tools`."""
        return self._list("resources")

    def prompts(self) -> McpCall[tuple[McpPrompt, ...]]:
        """List its prompts; see `tools`."""
        return self._list("prompts")

    # --- what it does ---------------------------------------------------------------------------

    def call(
        self,
        tool: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> McpCall[CallToolResult]:
        """Call a tool. That it failed is a result; see `CallToolResult.is_error`.

        Args:
            tool: its name.
            arguments: its arguments, by name; must have a form in JSON.
            timeout: seconds for the answer, waiting for a restart included; ``math.inf`` for no
                limit. By default the server's own, else that of the connection.

        Raises:
            LocalProtocolError: the arguments have no form in JSON.
            ValueError: the timeout is not above 0.

        The call raises, when waited for:
            McpRefused: the server knows no such tool, or takes other arguments.
            McpTimedOut: no answer in time.
            McpServerDown: it went down meanwhile (the call is not repeated), or was given up.
            McpBadAnswer: the answer is of a form that MCP does not allow.
        """
        params = {"name": tool, "arguments": dict(arguments or {})}
        return self._ask("tools/call", params, read_tool_result, timeout)

    def read(
        self, uri: str, *, timeout: float | None = None
    ) -> McpCall[tuple[ResourceContents, ...]]:
        """Read a resource; one may have several contents. Arguments and errors as for `call`."""
        return self._ask("resources/read", {"uri": uri}, read_resource, timeout)

    def prompt(
        self,
        name: str,
        arguments: Mapping[str, str] | None = None,
        *,
        timeout: float | None = None,
    ) -> McpCall[PromptResult]:
        """Have a prompt filled in. Arguments and errors as for `call`."""
        params = {"name": name, "arguments": dict(arguments or {})}
        return self._ask("prompts/get", params, read_prompt, timeout)

    def ping(self, *, timeout: float | None = None) -> McpCall[None]:
        """See whether it answers. Also the way to wait until it is ready."""
        return self._ask("ping", {}, read_pong, timeout)

    def _list(self, kind: str) -> McpCall[Any]:
        call = self._new_call(next(self._numbers))
        self._hand_over(Enumerate(call, kind), call)
        return call

    def _ask(
        self,
        method: str,
        params: dict[str, Any],
        read: Callable[[Any], T],
        timeout: float | None,
    ) -> McpCall[T]:
        seconds = self._call_seconds if timeout is None else timeout
        if not seconds > 0:
            raise ValueError(f"timeout must be seconds above 0, not {timeout!r}")
        number = next(self._numbers)
        params["_meta"] = {"progressToken": number}
        line = encode_line(Request(id=number, method=method, params=params))
        call: McpCall[T] = self._new_call(number)
        self._hand_over(Ask(call, method, line, read, seconds), call)
        return call

    def _new_call(self, number: int) -> McpCall[Any]:
        return McpCall(self._actor.dispatcher, number, self._withdraw)

    def _withdraw(self, call: McpCall[Any]) -> None:
        def heard(error: BaseException | None) -> None:
            if error is not None:  # too much is under way, or the actor has just ended
                call.fail(McpCancelled("the call was cancelled by its caller"))

        self._actor.ask(Withdraw(call.id), block=False).add_done_callback(heard)

    def _hand_over(self, message: Ask | Enumerate, call: McpCall[Any]) -> None:
        # Asked, not told: an actor that ends before it came to it answers with an error.
        def taken(error: BaseException | None) -> None:
            if isinstance(error, pykka.ActorDeadError):
                call.fail(McpServerDown("it was stopped", server=self.info.name))
            elif error is not None:
                call.fail(error)

        self._actor.ask(message, block=False).add_done_callback(taken)

    # --- life -----------------------------------------------------------------------------------

    def restart(self) -> None:
        """Start the server anew, whatever state it is in; calls under way fail."""
        self._actor.ask(Restart(), block=False)

    def stop(self, timeout: float | None = None) -> None:
        """End the server; returns when nothing of it remains. Calls under way fail. Idempotent.

        Raises:
            TimeoutError: not down within `timeout` seconds; stopping goes on.
            WouldBlock: the caller runs on a dispatcher.
        """
        self._stop("the MCP server", timeout)
