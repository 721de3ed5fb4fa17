"""What Claude can be ordered while it runs (CLI 2.1.329)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

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
    from collections.abc import Callable, Mapping

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


def _servers(mcp_servers: Mapping[str, Any]) -> McpSetServers:
    try:
        return McpSetServers(servers=server_entries(mcp_servers))
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
    "rewind_files": _Kind(RewindFiles),
    "set_max_thinking_tokens": _Kind(SetMaxThinkingTokens, ("max_thinking_tokens",)),
    "set_model": _Kind(SetModel, ("model",)),
    "set_permission_mode": _Kind(_permission_mode, ("permission_mode",)),
    "stop_task": _Kind(StopTask),
}

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
        _check_types(request)
    return request, {option: fields[option] for option in kind.changes}


def _other(subtype: str, fields: Mapping[str, Any]) -> Control:
    if subtype in _INSTEAD:
        raise LocalProtocolError(f"control({subtype!r}) is not for sessions: {_INSTEAD[subtype]}")
    request = Control(subtype, fields)
    try:
        msgspec.json.encode(request.body())
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise LocalProtocolError(f"the fields of {subtype!r} cannot be sent: {error}") from None
    return request


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


def _check_types(request: msgspec.Struct) -> None:
    try:
        msgspec.convert(msgspec.to_builtins(request), type(request))
    except (TypeError, msgspec.ValidationError) as error:
        raise LocalProtocolError(f"{shown(request)} is no order: {error}") from None


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
