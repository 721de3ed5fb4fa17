"""Entries of MCP servers in the CLI's own form, checked for what it would not say.

An entry that the CLI cannot read is skipped by it, and said so nowhere but in `mcp_server_errors`
of `system/init`; a member it does not know is dropped without a word (CLI 2.1.329). Here both are
errors before anything is started.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from greenroom_protocol.claude.options import checks
from greenroom_protocol.claude.options.mcp_config import LEAST_SECONDS, McpServerConfig, named_texts

__all__ = ["server_entries"]


def server_entries(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the entries of servers, typed or raw, each checked; secrets stay `Secret`s.

    Raises:
        ValueError: an entry is none, is of an unknown type, lacks a member, or has one that is
            unknown or of the wrong type.
    """
    return {name: _entry(name, entry) for name, entry in value.items()}


def _entry(name: str, entry: Any) -> dict[str, Any]:
    if isinstance(entry, McpServerConfig):
        return entry.wire()
    if not isinstance(entry, Mapping):
        raise _bad(
            name,
            f"it is a {type(entry).__name__}, not StdioServer(...), HttpServer(...), "
            "SseServer(...), a dictionary with the CLI's members, or tools of this program",
        )
    kind = entry.get("type", "stdio")
    if "type" not in entry and "command" not in entry and "url" in entry:
        raise _bad(name, "an address needs 'type': 'http' or 'sse'")
    members = _MEMBERS.get(kind) if isinstance(kind, str) else None
    if members is None:
        raise _bad(name, f"'type' must be one of {', '.join(map(repr, _MEMBERS))}")
    for key, content in entry.items():
        check = members.get(key)
        if check is None:
            raise _bad(
                name, f"a server of type {kind!r} has no member {str(key)[:60]!r}{_hint(str(key))}"
            )
        if problem := check(content):
            raise _bad(name, f"{key!r} {problem}")
    for key in _NEEDED[kind]:
        if key not in entry:
            raise _bad(name, f"a server of type {kind!r} needs {key!r}")
    # `mcp_set_servers` wants the arguments of a process said, even where there are none.
    return {**entry, "args": entry.get("args", [])} if kind == "stdio" else dict(entry)


def _bad(name: str, problem: str) -> ValueError:
    return ValueError(f"must define servers that the CLI takes (server {name[:60]!r}: {problem})")


def _hint(key: str) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    known = {name for members in _MEMBERS.values() for name in members}
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f", did you mean {close[0]!r}?" if close and close[0] != key else ""


def _text(value: Any) -> str | None:
    return checks.line(value) if isinstance(value, str) else "must be a text"


def _list(value: Any) -> str | None:
    sound = isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    return None if sound else "must be a list of texts"


def _bool(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be True or False"


def _milliseconds(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be a whole number of milliseconds"
    return None if value >= LEAST_SECONDS * 1000 else "must be 1000 or more: the CLI ignores less"


def _any(_value: Any) -> str | None:
    return None


_COMMON: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "type": _text,
    "timeout": _milliseconds,
    "alwaysLoad": _bool,
}
_REMOTE: Final = {
    **_COMMON,
    "url": _text,
    "headers": named_texts,
    "headersHelper": _text,
    "oauth": _any,
    "tools": _any,
    "toolPermissions": _any,
    "displayName": _text,
}
_MEMBERS: Final[Mapping[str, Mapping[str, Callable[[Any], str | None]]]] = {
    "stdio": {**_COMMON, "command": _text, "args": _list, "env": named_texts},
    "http": _REMOTE,
    "streamable-http": _REMOTE,
    "sse": _REMOTE,
    "ws": {**_COMMON, "url": _text, "headers": named_texts, "headersHelper": _text},
    "sdk": {**_COMMON, "name": _text, "tools": _any, "disableAutoBackground": _bool},
}
"""What an entry may hold, by its type; read from the CLI itself (2.1.329)."""

_NEEDED: Final = {
    "stdio": ("command",),
    "http": ("url",),
    "streamable-http": ("url",),
    "sse": ("url",),
    "ws": ("url",),
    "sdk": ("name",),
}
