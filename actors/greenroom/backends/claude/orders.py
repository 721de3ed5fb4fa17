"""What Claude can be ordered while it runs (CLI 2.1.329)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, get_args

import msgspec

from greenroom.backends.claude.attending import own_entries
from greenroom.values.errors import ControlRefused, GreenroomError
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import ControlError
from greenroom_protocol.claude.answers import ServerInfo, read_answer
from greenroom_protocol.claude.control import (
    BackgroundTasks,
    Control,
    GetContextUsage,
    GetTaskOutput,
    Initialize,
    Interrupt,
    McpReconnect,
    McpSetServers,
    McpStatus,
    McpToggle,
    RewindFiles,
    SetMaxThinkingTokens,
    SetModel,
    SetPermissionMode,
    StopTask,
    encode_request,
)
from greenroom_protocol.claude.options import BypassPermissions
from greenroom_protocol.claude.options.mcp_servers import server_entries
from greenroom_protocol.errors import shown
from greenroom_protocol.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom_protocol.claude import ControlSuccess

__all__ = ["adopting", "encode_order", "make_order", "read_order", "read_server_info"]


class _Kind(NamedTuple):
    """How an order is made of its fields, and which option each changes."""

    make: Callable[..., Any]
    changes: tuple[str, ...] = ()


def _permission_mode(permission_mode: object) -> SetPermissionMode:
    if isinstance(permission_mode, BypassPermissions):
        return SetPermissionMode(mode="bypassPermissions")
    if not isinstance(permission_mode, str):
        raise LocalProtocolError(f"a permission mode is a name, not {shown(permission_mode)}")
    # the flag calls it manual as well, the request does not
    return SetPermissionMode(mode="default" if permission_mode == "manual" else permission_mode)


def _servers(mcp_servers: Mapping[str, Any], own: Iterable[str]) -> McpSetServers:
    """Return the request that replaces the external servers; `own` are tools of this program."""
    mine = own_entries(own)
    for name, server in mcp_servers.items():
        if name in mine:
            raise LocalProtocolError(
                f"MCP server {name!r} is this session's own: give the other another name"
            )
        if callable(server) or isinstance(server, list | tuple):
            raise LocalProtocolError(
                f"MCP server {name!r} is made of tools of this program, which are given when the "
                "session is made; to change them later use a ToolRegistry"
            )
    try:
        return McpSetServers(servers=server_entries({**mcp_servers, **mine}))
    except ValueError as error:
        raise LocalProtocolError(f"mcp_servers {error}") from None


_ORDERS: Final[dict[str, _Kind]] = {
    "background_tasks": _Kind(BackgroundTasks),
    "get_context_usage": _Kind(GetContextUsage),
    "get_task_output": _Kind(GetTaskOutput),
    "interrupt": _Kind(Interrupt),
    "mcp_reconnect": _Kind(McpReconnect),
    "mcp_set_servers": _Kind(_servers, ("mcp_servers",)),
    "mcp_status": _Kind(McpStatus),
    "mcp_toggle": _Kind(McpToggle),
    "ping": _Kind(McpStatus),  # of all that asks no API the quickest, with an answer of 131 bytes
    "rewind_files": _Kind(RewindFiles),
    "set_max_thinking_tokens": _Kind(SetMaxThinkingTokens, ("max_thinking_tokens",)),
    "set_model": _Kind(SetModel, ("model",)),
    "set_permission_mode": _Kind(_permission_mode, ("permission_mode",)),
    "stop_task": _Kind(StopTask),
}

_METHODS: Final = {"get_context_usage": "context_usage", "get_task_output": "task_output"}
_ARGUMENTS: Final = {"server_name": "server", "user_message_id": "turn"}
"""How a session calls what the wire calls otherwise."""

_INSTEAD: Final = {
    "apply_flag_settings": "it could loosen permissions; give the session settings=…",
    "cancel_async_message": "prompts wait in the session and not in the CLI: cancel(turn)",
    "claim_session": "it is for spare processes",
    "end_session": "it would end the process under the session: stop()",
    "initialize": "a second handshake replaces the hooks: give them to the session",
    "interrupt": "the turn would not know why it ended: interrupt()",
    "mcp_message": "the session's own servers speak for themselves",
    "mcp_set_servers": "the session would not know its servers: set_mcp_servers(…)",
    "set_cwd": "the session would not know its directory: give it cwd=…",
    "set_max_thinking_tokens": "the next process would not know: set_max_thinking_tokens(…)",
    "set_mcp_permission_mode_override": "it could loosen permissions; use a permission handler",
    "set_model": "the next process would not know: set_model(…)",
    "set_permission_mode": "it could loosen permissions unseen: set_permission_mode(…)",
    "update_settings": "it could loosen permissions; edit the file",
}
"""Requests that would go behind the session's back, and what to do instead."""


def make_order(name: str, fields: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """Return the request of an order, and the options it changes.

    Raises:
        LocalProtocolError: it is unknown, a field is wrong, or it would break the session.
    """
    if name == "control":
        return _other(**fields), {}
    kind = _ORDERS.get(name)
    if kind is None:
        raise LocalProtocolError(f"Claude knows no order {name!r}")
    request = kind.make(**fields)
    if isinstance(request, msgspec.Struct) and not kind.changes:
        _check_types(name, request)
    changes = {**fields, "mcp_servers": getattr(request, "servers", None)}
    return request, {option: changes[option] for option in kind.changes}


def _other(request: object, fields: Mapping[str, Any]) -> Control:
    if isinstance(request, str) and request in _INSTEAD:
        raise LocalProtocolError(f"control({request!r}) is not for sessions: {_INSTEAD[request]}")
    made = Control(cast("str", request), fields)
    body = made.body()
    try:
        msgspec.json.encode(body)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise LocalProtocolError(f"the fields of {request!r} cannot be sent: {error}") from None
    return made


def encode_order(request_id: str, request: Any) -> bytes:
    """Return the line that gives an order; it shows the secrets that the order only holds.

    Raises:
        LocalProtocolError: it cannot be encoded.
    """
    if isinstance(request, McpSetServers):
        servers = msgspec.to_builtins(request.servers, enc_hook=_reveal)
        request = McpSetServers(servers=servers)
    return encode_request(request_id, request)


def adopting(request_id: str, request: Any, launched: Mapping[str, Any]) -> bytes:
    """Return the line that goes before an order that replaces servers; for most there is none.

    The CLI takes away servers that it was set before, and leaves those it was launched with
    (2.1.329): so these are set first.
    """
    left = {
        name: entry
        for name, entry in launched.items()
        if isinstance(request, McpSetServers)
        and name not in request.servers
        and entry.get("type") != "sdk"
    }
    if not left:
        return b""
    return encode_order(request_id, McpSetServers(servers={**left, **request.servers}))


def _reveal(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise LocalProtocolError(f"{shown(value)} has no form in JSON")


def _check_types(order: str, request: msgspec.Struct) -> None:
    for field in msgspec.structs.fields(request):
        value = getattr(request, field.name)
        try:
            msgspec.convert(value, field.type)
        except msgspec.ValidationError as error:
            raise LocalProtocolError(
                f"{_METHODS.get(order, order)}(): {_ARGUMENTS.get(field.name, field.name)} must be "
                f"{_wanted(field.type, error)}, not {shown(value)}"
            ) from None


def _wanted(kind: Any, error: msgspec.ValidationError) -> str:
    choices = [one for part in get_args(kind) for one in get_args(part)]
    if choices:
        return " or ".join(map(repr, choices))
    expected = re.match(r"Expected `([^`]*)`", str(error))
    return expected[1].replace("null", "None").replace(" | ", " or ") if expected else str(error)


def read_server_info(told: Mapping[str, Any]) -> ServerInfo:
    """Return what the CLI answered to the handshake; what it left out is empty."""
    answer = read_answer(Initialize(), dict(told))
    return answer if isinstance(answer, ServerInfo) else ServerInfo(raw=dict(told))


def read_order(
    request: Any, response: ControlSuccess | ControlError
) -> tuple[Any, GreenroomError | None]:
    """Return what the CLI answered to an order, or why it refused."""
    if isinstance(request, Control):
        name = request.subtype
    else:
        name = str(type(request).__struct_config__.tag)
    if isinstance(response, ControlError):
        why = f"the CLI refused {name!r}: {response.error}"
        return None, ControlRefused(why, order=name, code=response.error_code)
    return read_answer(request, response.response), None
