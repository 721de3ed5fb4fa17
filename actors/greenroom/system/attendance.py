"""What a session is attended by: callbacks in the forms that callers give them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from greenroom.runtime.log import report_warning
from greenroom.values.deadlines import DEFAULT_DEADLINES
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Backend
    from greenroom.hooks import Hooks, HookSet
    from greenroom.permissions import Prompter
    from greenroom.session.callbacks import Callbacks
    from greenroom.tools import ToolServers
    from greenroom.values.deadlines import Deadlines
    from greenroom_protocol.claude.options import OptionsDict, StrPath

__all__ = ["attend"]


def attend(
    backend: Backend,
    options: OptionsDict,
    *,
    hooks: Hooks | None = None,
    permissions: Callable[..., Any] | None = None,
    prompter: Prompter | None = None,
    tool_state: Any = None,
    deadlines: Deadlines = DEFAULT_DEADLINES,
) -> tuple[Callbacks | None, OptionsDict]:
    """Return the callbacks of a session, None if there are none, and the options they take.

    Raises:
        LocalProtocolError: a hook or a tool cannot work, or an option contradicts the callbacks.
        TypeError: a callback is none.
    """
    _check_tools(options.get("tools"))
    own, others = _sorted(options.get("mcp_servers"))
    asks = permissions is not None or prompter is not None
    if not (asks or hooks or own):
        return None, options
    # Imported here: most programs have none.
    from greenroom.hooks import HookSet  # noqa: PLC0415 - see above
    from greenroom.permissions import PermissionService  # noqa: PLC0415 - see above
    from greenroom.session.callbacks import Callbacks  # noqa: PLC0415 - see above

    made = HookSet.of(hooks, default_timeout=deadlines.callback) if hooks else None
    if asks and made is not None:
        _check_one_judge(made)
    callbacks = Callbacks(
        hooks=made,
        permissions=PermissionService(_placed(permissions, options.get("cwd")), prompter),
        servers=_serve(own, tool_state) if own else None,
        seconds=deadlines.callback,
    )
    given: Mapping[str, Any] = {**options, "mcp_servers": others} if own else {**options}
    attended = backend.attend(given, hooks=bool(hooks), asks=asks, own=tuple(own))
    if asks:
        for warning in backend.shadows(attended):
            report_warning(__name__, "permissions_shadowed", warning=warning)
    return callbacks, cast("OptionsDict", attended)


def _check_one_judge(hooks: HookSet) -> None:
    """Refuse two that decide about one permission: a failure of one would not deny."""
    if hooks.decides("PermissionRequest"):
        raise LocalProtocolError(
            "a PermissionRequest hook goes with neither permissions= nor prompter=: the CLI asks "
            "both at once and takes the first answer, so a hook that fails would not deny; deny "
            "in a PreToolUse hook or in the handler, or say Hook(..., on_failure='continue') or "
            "background=True of a hook that only looks on"
        )


def _check_tools(tools: Any) -> None:
    """Tell what `tools` is not for, where nearly everybody tries it once."""
    if isinstance(tools, str) or not isinstance(tools, Iterable):
        return
    for tool in tools:
        if callable(tool) and not isinstance(tool, type):
            name = getattr(tool, "name", None) or getattr(tool, "__name__", "tool")
            raise LocalProtocolError(
                f"tools={tool!r:.100}: `tools` names the CLI's own; functions of this program go "
                f"into mcp_servers={{'mine': [{name}]}}"
            )


def _sorted(servers: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the servers that are tools of this program, and the others."""
    inside: dict[str, Any] = {}
    outside: dict[str, Any] = {}
    if not isinstance(servers, Mapping):  # none, or a mistake that the options tell
        return inside, outside
    for name, server in servers.items():
        (outside if _is_outside(server) else inside)[name] = server
    return inside, outside


def _is_outside(server: Any) -> bool:
    from greenroom_protocol.claude.options import McpServerConfig  # noqa: PLC0415 - most sessions have no servers

    if isinstance(server, Mapping | McpServerConfig):
        return True
    from greenroom.tools import is_tool_server  # noqa: PLC0415 - most sessions have no tools of their own

    return not (callable(server) or is_tool_server(server))  # a mistake is for the options to tell


def _serve(servers: Mapping[str, Any], state: Any) -> ToolServers:
    from greenroom.tools import Gravity, ToolServers  # noqa: PLC0415 - most sessions have no tools of their own

    made = ToolServers.of(servers, state=state)
    for problem in made.check():
        where = f"{problem.server}.{problem.tool}" if problem.tool else problem.server
        if problem.gravity is Gravity.ERROR:
            raise LocalProtocolError(f"the tool {where} cannot be served: {problem.text}")
        report_warning(__name__, "tool_problem", tool=where, problem=problem.text)
    return made


def _placed(permissions: Any, cwd: StrPath | None) -> Any:
    """Return a handler; the relative paths of a policy are those of the session's directory."""
    from greenroom.permissions import Policy  # noqa: PLC0415 - few sessions have handlers

    if not isinstance(permissions, Policy):
        return permissions
    return permissions.within(os.path.expanduser(cwd or os.getcwd()))  # noqa: PTH109, PTH111 - a plain string, as for the process
