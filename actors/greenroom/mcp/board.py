"""What is known of a server, to be read from any thread."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.mcp.listings import ServerIdentity  # noqa: TC001 - msgspec reads annotations

if TYPE_CHECKING:
    from greenroom.mcp.log_message import LogMessage

__all__ = ["Board", "McpInfo", "McpStatus"]

_LOG_MESSAGES: Final = 100


class McpStatus(StrEnum):
    """Where a server stands."""

    STARTING = "starting"
    """It is being started, or the handshake is under way; calls wait."""

    READY = "ready"

    PAUSING = "pausing"
    """It went down, and is started again in a moment; calls wait."""

    FAILED = "failed"
    """It went down too often, or starting it cannot work: it was given up, and calls fail."""

    STOPPING = "stopping"
    """Somebody stops it, and it is not down yet."""

    STOPPED = "stopped"


class McpInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of a server.

    Attributes:
        name: what it was connected under.
        status: where it stands.
        server: what it calls itself; None before the first handshake.
        protocol_version: of MCP, as agreed upon last.
        capabilities: what it can do, in its own words.
        instructions: how it wants to be used, in its own words.
        pid: of its process; None while there is none, and for servers behind an address.
        restarts: how often it was started again.
        last_error: why it went down last, without secrets.
        garbage: how much came from it that was no message, or of a wrong form.
        unmatched: how many answers came that nobody waited for (any more).
    """

    name: str
    status: McpStatus = McpStatus.STARTING
    server: ServerIdentity | None = None
    protocol_version: str | None = None
    capabilities: dict[str, Any] = {}
    instructions: str | None = None
    pid: int | None = None
    restarts: int = 0
    last_error: str | None = None
    garbage: int = 0
    unmatched: int = 0


class Board:
    """Holds the snapshot. Written by the actor alone.

    Attributes:
        info: the newest.
        log: what the server logged last.
    """

    def __init__(self, name: str) -> None:
        self.info = McpInfo(name=name)
        self.log: tuple[LogMessage, ...] = ()

    def note(self, **changes: Any) -> None:
        """Replace what has changed."""
        self.info = msgspec.structs.replace(self.info, **changes)

    def add_to_log(self, message: LogMessage) -> None:
        """Keep a message, and let go of the oldest."""
        self.log = (*self.log, message)[-_LOG_MESSAGES:]
