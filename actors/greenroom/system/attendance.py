"""What a session is attended by: callbacks in the forms that callers give them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from greenroom.runtime.log import report_warning
from greenroom.values.deadlines import DEFAULT_DEADLINES
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.hooks import Hooks
    from greenroom.permissions import Prompter
    from greenroom.session.callbacks import Callbacks
    from greenroom.tools import ToolServers
    from greenroom.values.deadlines import Deadlines
    from greenroom_protocol.claude.options import OptionsDict, StrPath

__all__ = ["attend"]

_NOT_SIMPLE: Final = {"CLAUDE_CODE_SIMPLE": "0"}
"""Without it a CLI that finds the variable in its settings calls no hooks, and does not say so."""

_STDIO: Final = "stdio"
"""The permission prompt tool that is this process."""


def attend(
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
    given: dict[str, Any] = dict(options)
    inside, outside = _sorted(given.get("mcp_servers"))
    if permissions is None and prompter is None and not (hooks or inside):
        return None, options
    # Imported here: most programs have none.
    from greenroom.hooks import HookSet  # noqa: PLC0415 - see above
    from greenroom.permissions import PermissionService  # noqa: PLC0415 - see above
    from greenroom.session.callbacks import Callbacks  # noqa: PLC0415 - see above

    if hooks:
        _keep_hooks_alive(given)
    servers = _serve(inside, tool_state) if inside else None
    if permissions is not None or prompter is not None:
        _ask_here(given)
        permissions = _placed(permissions, given.get("cwd"))
    callbacks = Callbacks(
        hooks=HookSet.of(hooks, default_timeout=deadlines.callback) if hooks else None,
        permissions=PermissionService(permissions, prompter),
        servers=servers,
        seconds=deadlines.callback,
    )
    if inside:
        given["mcp_servers"] = {**outside, **callbacks.own_servers()}
    return callbacks, cast("OptionsDict", given)


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


def _keep_hooks_alive(options: dict[str, Any]) -> None:
    """Overrule what may stand in the user's settings and silently turns off all hooks.

    Raises:
        LocalProtocolError: the settings are in a file, which would have to be rewritten.
    """
    if "user" not in (options.get("setting_sources") or ()):
        return
    settings = options.get("settings") or {}
    if not isinstance(settings, Mapping):
        raise LocalProtocolError(
            f"settings={settings!r} with hooks and the user's settings: the latter could turn the "
            "hooks off, so give the former as a dictionary, to which is added what prevents that"
        )
    env = {**(settings.get("env") or {}), **_NOT_SIMPLE}
    options["settings"] = {**settings, "env": env}


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


def _ask_here(options: dict[str, Any]) -> None:
    """Have the CLI ask this process; warn where it never will."""
    from greenroom.permissions import shadow_warning  # noqa: PLC0415 - few sessions have handlers

    tool = options.setdefault("permission_prompt_tool", _STDIO)
    if tool != _STDIO:
        raise LocalProtocolError(
            f"permission_prompt_tool={tool!r} is asked in place of permissions= and prompter=: "
            "give one or the others"
        )
    for warning in shadow_warning(options):
        report_warning(__name__, "permissions_shadowed", warning=warning)
