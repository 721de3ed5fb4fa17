"""The first request on every wire."""

from __future__ import annotations

import sys
from typing import Any, Final

import msgspec

from greenroom.mcp.errors import McpBadAnswer
from greenroom.mcp.listings import ServerIdentity  # noqa: TC001 - msgspec reads annotations
from greenroom_protocol.mcp import MCP_VERSIONS

__all__ = ["Welcome", "hello", "read_welcome"]

_VERSION: Final[str] = sys.modules["greenroom"].__version__
"""Loaded before anything in it is; an import here would point to the top of all layers."""


class Welcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a server answers to the handshake."""

    protocol_version: str
    capabilities: dict[str, Any] = {}
    server_info: ServerIdentity | None = None
    instructions: str | None = None


def hello() -> dict[str, Any]:
    """Return the parameters of ``initialize``: nothing can be asked of this client."""
    client = {"name": "greenroom", "version": _VERSION}
    return {"protocolVersion": MCP_VERSIONS[0], "capabilities": {}, "clientInfo": client}


def read_welcome(result: Any) -> Welcome:
    """Read the answer.

    Raises:
        McpBadAnswer: it is of a wrong form, or names a version that is not known.
    """
    try:
        welcome = msgspec.convert(result, Welcome)
    except msgspec.ValidationError as error:
        raise McpBadAnswer(f"its answer to the handshake is of a wrong form: {error}") from None
    if welcome.protocol_version not in MCP_VERSIONS:
        raise McpBadAnswer(
            f"it wants to speak MCP {welcome.protocol_version[:40]!r}; known here are "
            f"{', '.join(MCP_VERSIONS)}"
        )
    return welcome
