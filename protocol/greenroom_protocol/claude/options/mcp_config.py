"""External MCP servers by typed configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from greenroom_protocol.claude.options import checks
from greenroom_protocol.secret import Secret

__all__ = [
    "LEAST_SECONDS",
    "HttpServer",
    "McpServerConfig",
    "SseServer",
    "StdioServer",
    "named_texts",
]

LEAST_SECONDS: Final = 1.0
"""The CLI ignores shorter timeouts."""


class McpServerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the configurations of all transports have in common.

    Attributes:
        timeout_seconds: limit of one call of a tool, 1 or more; progress does not extend it. None
            is the default of whoever calls.
        always_load: its tools stand in the prompt from the start (True), or are found by tool
            search only (False). None leaves it to the CLI, which defers them.
    """

    timeout_seconds: float | None = None
    always_load: bool | None = None

    def wire(self) -> dict[str, Any]:
        """Return the entry in the CLI's own form; secrets stay `Secret`s."""
        entry: dict[str, Any] = {}
        if self.timeout_seconds is not None:
            entry["timeout"] = round(self.timeout_seconds * 1000)
        if self.always_load is not None:
            entry["alwaysLoad"] = self.always_load
        return entry

    def secrets(self) -> Mapping[str, str | Secret]:
        """Return the named values among which its secrets are."""
        return {}

    def _check_common(self) -> None:
        _require("timeout_seconds", self.timeout_seconds, _timeout)
        if not isinstance(self.always_load, bool | None):
            raise TypeError(f"always_load must be a bool, not {type(self.always_load).__name__}")


class StdioServer(McpServerConfig, frozen=True, kw_only=True):
    """A server that is started as a process and spoken to over its stdin and stdout.

    The repr shows neither arguments nor values of variables.

    Attributes:
        command: the program: an absolute path, or a name that is looked up in ``PATH``.
        args: its arguments. Every user of the machine can read them: secrets belong into `env`.
        env: variables to set for it; a `Secret` is shown nowhere.

    Raises:
        TypeError: a member is of another type.
        ValueError: a member has a content that no process can be given.
    """

    command: str | os.PathLike[str]
    args: Sequence[str | os.PathLike[str]] = ()
    env: Mapping[str, str | Secret] = {}

    def __post_init__(self) -> None:
        self._check_common()
        _require("command", os.fspath(self.command), checks.line)
        if isinstance(self.args, str):
            raise TypeError("args must be a list of texts, not one text")
        force_setattr(self, "command", os.fspath(self.command))
        force_setattr(self, "args", tuple(map(os.fspath, self.args)))
        force_setattr(self, "env", MappingProxyType(dict(self.env)))
        for argument in self.args:
            _require("args", argument, checks.argument)
        _require("env", self.env, named_texts)
        _require("env", self.env, checks.variables)

    def __repr__(self) -> str:
        return (
            f"StdioServer(command={self.command!r}, args=<{len(self.args)}>, {_names(env=self.env)}"
        )

    def wire(self) -> dict[str, Any]:
        """Return the entry in the CLI's own form; secrets stay `Secret`s."""
        entry = {"type": "stdio", "command": self.command, "args": list(self.args)}
        return {**entry, "env": dict(self.env), **super().wire()}

    def secrets(self) -> Mapping[str, str | Secret]:
        """Return the variables."""
        return self.env


class _RemoteServer(McpServerConfig, frozen=True, kw_only=True):
    url: str
    headers: Mapping[str, str | Secret] = {}

    def __post_init__(self) -> None:
        self._check_common()
        if not isinstance(self.url, str):
            raise TypeError(f"url must be a text, not {type(self.url).__name__}")
        _require("url", self.url, checks.url)
        force_setattr(self, "headers", MappingProxyType(dict(self.headers)))
        _require("headers", self.headers, named_texts)
        for name, value in self.headers.items():
            _require("headers", name, checks.header)
            _require(f"header {name}", _revealed(value), checks.header)

    def __repr__(self) -> str:
        # A query may hold a key, so it is not shown.
        shown = self.url.partition("?")[0]
        return f"{type(self).__name__}(url={shown!r}, {_names(headers=self.headers)}"

    def wire(self) -> dict[str, Any]:
        """Return the entry in the CLI's own form; secrets stay `Secret`s."""
        kind = "sse" if isinstance(self, SseServer) else "http"
        return {"type": kind, "url": self.url, "headers": dict(self.headers), **super().wire()}

    def secrets(self) -> Mapping[str, str | Secret]:
        """Return the headers."""
        return self.headers


class HttpServer(_RemoteServer, frozen=True, kw_only=True):
    """A server behind an address that speaks streamable HTTP.

    The repr shows neither values of headers nor the query of the address.

    Attributes:
        url: its http(s) address, without a user in it.
        headers: what is sent with each request; a `Secret` is shown nowhere.

    Raises:
        TypeError: a member is of another type.
        ValueError: the address or a header is none.
    """


class SseServer(_RemoteServer, frozen=True, kw_only=True):
    """A server of the older kind, which answers by server-sent events; see `HttpServer`."""


def _require(name: str, value: Any, check: checks.Check) -> None:
    if value is not None and (problem := check(value)):
        raise ValueError(f"{name} {problem}")


def _names(**holder: Mapping[str, Any]) -> str:
    [(name, values)] = holder.items()
    return f"{name}=<{', '.join(sorted(values))}>)"


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def named_texts(value: Any) -> str | None:
    """Accept a dictionary of texts, some of them secret."""
    sound = isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(content, str | Secret)
        for name, content in value.items()
    )
    return None if sound else "must map names to texts"


def _timeout(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number of seconds"
    if not value >= LEAST_SECONDS:
        return f"must be {LEAST_SECONDS:g} second or more: the CLI ignores less"
    return checks.seconds(value)
