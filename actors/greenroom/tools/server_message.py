"""What the CLI tells or asks a server that lives in this process."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["ServerMessage"]


class ServerMessage(msgspec.Struct, frozen=True):
    """A JSON-RPC message of the CLI, which is the MCP client; notifications are answered too.

    Attributes:
        server: which server it is for.
        message: as it came.
    """

    server: str
    message: Any
