"""What an MCP client is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.mcp.call import McpCall
    from greenroom.runtime.process import StopLadder

__all__ = ["Ask", "Enumerate", "HastenMcp", "Restart", "Withdraw"]


class Ask(NamedTuple):
    """Send a request.

    Attributes:
        call: where its answer goes.
        method: what is asked.
        line: the whole message.
        read: makes the value of the result; raises msgspec.ValidationError.
        timeout: seconds; infinite for no limit.
    """

    call: McpCall[Any]
    method: str
    line: bytes
    read: Callable[[Any], Any]
    timeout: float


class Enumerate(NamedTuple):
    """Give the list of one kind: ``tools``, ``resources`` or ``prompts``."""

    call: McpCall[Any]
    kind: str


class Withdraw(NamedTuple):
    """Nobody waits for this call any more."""

    number: int


class Restart(NamedTuple):
    """Start the server anew, whatever state it is in."""


class HastenMcp(NamedTuple):
    """Climb a shorter ladder from now on, also where the climb has begun."""

    ladder: StopLadder
