"""Logging for programs that use Greenroom: `configure` once, in ``main``.

Greenroom logs through structlog and configures nothing by itself; a host with a logging setup of
its own does not need this package. structlog is imported when `configure` is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.values.redaction import MASK, Redactor, is_sensitive

if TYPE_CHECKING:
    from greenroom.logging.configuration import Format as Format
    from greenroom.logging.configuration import Level as Level
    from greenroom.logging.configuration import configure as configure

__all__ = ["MASK", "Format", "Level", "Redactor", "configure", "is_sensitive"]

_LAZY = frozenset({"Format", "Level", "configure"})


def __getattr__(name: str) -> Any:
    """Import what needs structlog on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from greenroom.logging import configuration  # noqa: PLC0415 - structlog is heavy

    return getattr(configuration, name)
