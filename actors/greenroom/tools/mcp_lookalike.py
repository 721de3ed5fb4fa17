"""Recognises servers of the `mcp` package without loading it."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["real_server"]

_WRAPPED: Final = ("_mcp_server", "_lowlevel_server")
"""Where FastMCP (mcp 1) and MCPServer (mcp 2) keep the server proper."""


def real_server(value: Any) -> Any | None:
    """Return the low-level server that `value` is or wraps; None if it is something else."""
    if isinstance(value, type):
        return None
    candidates = (value, *(getattr(value, name, None) for name in _WRAPPED))
    return next(filter(_is_server, candidates), None)


def _is_server(value: Any) -> bool:
    return all(
        callable(getattr(value, name, None)) for name in ("run", "create_initialization_options")
    )
