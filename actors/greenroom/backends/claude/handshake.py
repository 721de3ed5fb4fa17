"""How long the handshake of a process may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom_protocol.claude.options import Options

__all__ = ["handshake_seconds"]

_VARIABLE: Final = "CLAUDE_CODE_STREAM_CLOSE_TIMEOUT"
"""Milliseconds; the clients of the CLI read it from their own environment."""

_LEAST: Final = 60.0
"""Seconds that the handshake has in any case: the CLI starts MCP servers meanwhile."""


def handshake_seconds(options: Options, host: Mapping[str, str]) -> float:
    """Return the seconds, from the option or else from the host's variable; 60 at least.

    A variable that is no number counts as not set, as it does to the CLI's own clients.
    """
    given = options.get("stream_close_timeout_seconds")
    if given is None:
        text = host.get(_VARIABLE, "")
        given = int(text) / 1000 if text.isascii() and text.isdigit() else 0.0
    return max(_LEAST, float(given))
