"""Options under which a permission handler is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from greenroom_protocol.claude.options.types import BYPASS, BypassPermissions

__all__ = ["shadow_warnings"]

_MODES: Final[Mapping[str, str]] = {
    "acceptEdits": "changes of files in the working directories do not ask it",
    "dontAsk": "it is never asked: whatever would ask is denied",
    "auto": "a classifier of the CLI decides most calls, and it is asked the rest alone",
}

_SANDBOXED: Final = (
    "commands in the sandbox never ask the permission handler: set autoAllowBashIfSandboxed to "
    "False to have it asked"
)


def shadow_warnings(options: Mapping[str, Any]) -> list[str]:
    """Return what in a session's `options` keeps its permission handler from being asked.

    One sentence each; none if every tool call that needs a permission reaches the handler. Rules in
    settings files, and hooks that allow, are not looked at, except for inline `settings`.
    """
    return [
        *_mode_warnings(options),
        *_prompt_warnings(options),
        *_rule_warnings("allowed_tools", options.get("allowed_tools")),
        *_settings_warnings(options.get("settings")),
        *_agent_warnings(options.get("agents")),
        *_sandbox_warnings(options.get("sandbox")),
    ]


def _mode_warnings(options: Mapping[str, Any]) -> list[str]:
    mode = options.get("permission_mode")
    if (
        isinstance(mode, BypassPermissions)
        or mode == BYPASS
        or options.get("dangerously_skip_permissions")
    ):
        return ["permissions are bypassed, so the permission handler is never asked"]
    what = _MODES.get(mode) if isinstance(mode, str) else None
    return [] if what is None else [f"permission_mode={mode!r} shadows the handler: {what}"]


def _prompt_warnings(options: Mapping[str, Any]) -> list[str]:
    warnings = []
    if options.get("permission_prompts") == "none":
        warnings.append(
            "permission_prompts='none' denies whatever would ask, so the permission handler is "
            "never asked"
        )
    tool = options.get("permission_prompt_tool")
    if tool not in {None, "stdio"}:
        warnings.append(
            f"permission_prompt_tool={tool!r} is asked in place of the permission handler"
        )
    return warnings


def _rule_warnings(name: str, rules: Any) -> list[str]:
    texts = [str(rule) for rule in rules] if isinstance(rules, list | tuple) else []
    if not texts:
        return []
    listed = ", ".join(texts)
    return [f"{name}: {listed} never ask the permission handler: take out what it should decide"]


def _settings_warnings(settings: Any) -> list[str]:
    permissions = settings.get("permissions") if isinstance(settings, Mapping) else None
    if not isinstance(permissions, Mapping):
        return []
    mode = permissions.get("defaultMode")
    what = _what(mode)
    modes = [f"settings set the mode {mode!r}, which shadows the handler: {what}"] if what else []
    return [*modes, *_rule_warnings("settings.permissions.allow", permissions.get("allow"))]


def _agent_warnings(agents: Any) -> list[str]:
    if not isinstance(agents, Mapping):
        return []
    modes = {name: _agent_mode(agent) for name, agent in agents.items()}
    return [
        f"the agent {name!r} has the mode {mode!r}, which shadows the handler: {what}"
        for name, mode in modes.items()
        if (what := _what(mode))
    ]


def _agent_mode(agent: Any) -> Any:
    if isinstance(agent, Mapping):
        return agent.get("permissionMode", agent.get("permission_mode"))
    return getattr(agent, "permission_mode", None)


def _what(mode: Any) -> str | None:
    if not isinstance(mode, str):
        return None
    return "it is never asked" if mode == BYPASS else _MODES.get(mode)


def _sandbox_warnings(sandbox: Any) -> list[str]:
    # the CLI's own default is to let commands run that the sandbox confines
    if not isinstance(sandbox, dict) or not sandbox.get("enabled"):
        return []
    if sandbox.get("autoAllowBashIfSandboxed", True) is False:
        return []
    return [_SANDBOXED]
