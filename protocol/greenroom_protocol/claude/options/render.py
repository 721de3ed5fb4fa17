"""Options on their way out: tokens, files, variables and the handshake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from greenroom_protocol.claude.control.initialize import Initialize
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.file import OptionFile
from greenroom_protocol.claude.options.flags import BASE_ARGV, CONSTANT_ENVIRONMENT
from greenroom_protocol.claude.options.row import Carrier, Option, Takes
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import BYPASS, BypassPermissions
from greenroom_protocol.secret import Secret

__all__ = [
    "MAX_ARGUMENT_BYTES",
    "render_argv",
    "render_environment",
    "render_files",
    "render_initialize",
]

MAX_ARGUMENT_BYTES: Final = 131_071
"""Longest token of a command line, and longest `NAME=value`, that Linux passes on."""

Values = Mapping[str, Any]


def render_argv(values: Values) -> list[str]:
    """Return the command line behind the executable, without the tokens of `render_files`.

    Raises:
        OptionError: a token would be too long for the kernel.
    """
    extra: Mapping[str, str | None] = values.get("extra_args", {})
    # in front, so that a bare flag which wants a value can only swallow a flag that is missed at
    # once: without --output-format the CLI ends
    argv = _bounded("extra_args", [_bound(f"--{name}", value) for name, value in extra.items()])
    argv += BASE_ARGV
    stated = {**values, **_allowed_tools(values)}
    for option in TABLE.values():
        if option.name != "extra_args" and option.name in stated and _is_flag(option, stated):
            argv += _bounded(option.name, _tokens(option, stated[option.name]))
    return argv


def render_files(values: Values) -> list[OptionFile]:
    """Return the values that travel in files."""
    files = []
    settings = values.get("settings", {})
    if isinstance(settings, Mapping) and (settings or "sandbox" in values):
        sandbox = {"sandbox": values["sandbox"]} if "sandbox" in values else {}
        files.append(OptionFile("--settings", "settings.json", _content({**settings, **sandbox})))
    if values.get("mcp_servers"):
        servers = {"mcpServers": values["mcp_servers"]}
        files.append(OptionFile("--mcp-config", "mcp.json", _content(servers)))
    return files


def render_environment(values: Values) -> dict[str, str | Secret]:
    """Return the variables that the options set, those of `env` included.

    Raises:
        OptionError: a variable would be too long for the kernel.
    """
    variables: dict[str, str | Secret] = dict(CONSTANT_ENVIRONMENT)
    for option in TABLE.values():
        if option.carrier is not Carrier.ENVIRONMENT or option.name not in values:
            continue
        value = values[option.name]
        text = option.encode(value) if option.encode else value
        if text is not None:
            variables[option.wire] = text
    for name, addition in values.get("env", {}).items():
        variables.pop(name, None)
        if addition is not None:
            variables[name] = addition
    for name, content in variables.items():
        text = content.reveal() if isinstance(content, Secret) else content
        if len(f"{name}={text}".encode()) > MAX_ARGUMENT_BYTES:
            raise OptionError("env", f"{name} is larger than {MAX_ARGUMENT_BYTES} bytes")
    return variables


def render_initialize(values: Values) -> Initialize:
    """Return the handshake."""
    fields = {
        _INITIALIZE[option.wire]: values[option.name]
        for option in TABLE.values()
        if option.carrier is Carrier.INITIALIZE and option.name in values
    }
    if fields.get("skills") == "all":
        del fields["skills"]  # the CLI takes a list only, and without one loads every skill
    return Initialize(**fields)


_INITIALIZE: Final = dict(
    zip(Initialize.__struct_encode_fields__, Initialize.__struct_fields__, strict=True)
)


def _tokens(option: Option, value: Any) -> list[str]:
    match option.takes:
        case Takes.NOTHING:
            return [option.wire] if value else []
        case Takes.OPTIONAL if isinstance(value, bool):
            return [option.wire] if value else []
        case Takes.EACH:
            return [_bound(option.wire, part) for part in value]
        case Takes.COMMAS if not isinstance(value, str):
            return [_bound(option.wire, ",".join(value))] if value or option.keep_empty else []
        case _:
            return [_bound(option.wire, value)]


def _allowed_tools(values: Values) -> dict[str, list[str]]:
    skills = values.get("skills", [])
    rules = ["Skill"] if skills == "all" else [f"Skill({name})" for name in skills]
    allowed = values.get("allowed_tools", [])
    return {"allowed_tools": [*allowed, *(rule for rule in rules if rule not in allowed)]}


def _bound(flag: str, value: Any) -> str:
    if value is None:
        return flag
    text = BYPASS if isinstance(value, BypassPermissions) else str(value)
    return f"{flag}={text}"


def _bounded(name: str, tokens: list[str]) -> list[str]:
    for token in tokens:
        if len(token.encode()) > MAX_ARGUMENT_BYTES:
            raise OptionError(
                name,
                f"needs {len(token.encode())} bytes of the command line",
                hint=f"a token holds {MAX_ARGUMENT_BYTES}; use settings or a file",
            )
    return tokens


def _is_flag(option: Option, values: Values) -> bool:
    path = option.carrier is Carrier.FILE and isinstance(values[option.name], str)
    return option.carrier is Carrier.FLAG or path


def _content(value: Any) -> bytes:
    return msgspec.json.encode(value, enc_hook=_reveal)


def _reveal(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
