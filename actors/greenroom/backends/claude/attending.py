"""What Claude Code is told so that it calls hooks, asks, and knows tools of this program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["attended_options", "own_entries"]

_NOT_SIMPLE: Final = {"CLAUDE_CODE_SIMPLE": "0"}
"""Without it a CLI that finds the variable in the user's settings calls no hooks, and does not say
so. Settings of a project cannot do that, nor can `disableAllHooks` or `--safe-mode` (2.1.329)."""

_STDIO: Final = "stdio"
"""The permission prompt tool that is this process."""


def attended_options(
    options: Mapping[str, Any], *, hooks: bool, asks: bool, own: Iterable[str]
) -> dict[str, Any]:
    """Return the options of a session that is attended by callbacks.

    Args:
        options: as they were given, without the session's own tools.
        hooks: there are hooks.
        asks: somebody decides about permissions.
        own: names of the servers that are tools of this program.

    Raises:
        LocalProtocolError: an option contradicts the callbacks.
    """
    given = dict(options)
    if hooks:
        _keep_hooks_alive(given)
    if asks:
        _ask_here(given)
    if own:
        given["mcp_servers"] = {**(given.get("mcp_servers") or {}), **own_entries(own)}
    return given


def own_entries(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what the CLI is told of servers that are tools of this program.

    Their tools stand in the prompt, or a model would have to search for them first.
    """
    return {name: {"type": "sdk", "name": name, "alwaysLoad": True} for name in names}


def _keep_hooks_alive(options: dict[str, Any]) -> None:
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


def _ask_here(options: dict[str, Any]) -> None:
    tool = options.setdefault("permission_prompt_tool", _STDIO)
    if tool != _STDIO:
        raise LocalProtocolError(
            f"permission_prompt_tool={tool!r} is asked in place of permissions= and prompter=: "
            "give one or the others"
        )
