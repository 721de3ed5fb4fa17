"""How full the context is."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = ["ContextCategory", "ContextUsage"]


class ContextCategory(Wire, frozen=True, kw_only=True, rename="camel"):
    """A part of the context; `kind` is `used`, `deferred`, `buffer` or `free`."""

    name: str
    tokens: int
    id: str | None = None
    kind: str | None = None
    is_deferred: bool = False


class ContextUsage(Wire, frozen=True, kw_only=True, rename="camel"):
    """Answers `get_context_usage`; tokens are estimates unless `full` detail was asked for.

    `max_tokens` is the window in use, `raw_max_tokens` that of the model, `percentage` whole
    percents of `max_tokens`. `raw` is the whole answer, with the drawing of it (`gridRows`).
    """

    categories: tuple[ContextCategory, ...]
    total_tokens: int
    max_tokens: int
    raw_max_tokens: int | None = None
    percentage: int | float | None = None
    model: str | None = None
    autocompact_source: str | None = None
    auto_compact_threshold: int | None = None
    is_auto_compact_enabled: bool | None = None
    memory_files: tuple[dict[str, Any], ...] = ()
    mcp_tools: tuple[dict[str, Any], ...] = ()
    agents: tuple[dict[str, Any], ...] = ()
    slash_commands: dict[str, Any] | None = None
    skills: dict[str, Any] | None = None
    message_breakdown: dict[str, Any] | None = None
    api_usage: dict[str, Any] | None = None
    raw: dict[str, Any] = field(default_factory=dict, name="greenroom.raw")
