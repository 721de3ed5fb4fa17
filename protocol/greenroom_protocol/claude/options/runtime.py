"""Options that change while the process runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom_protocol.claude.control.settings import (
    SetMaxThinkingTokens,
    SetModel,
    SetPermissionMode,
)
from greenroom_protocol.claude.options.bypass import consented
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.row import Scope
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import BYPASS, BypassPermissions
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_consent", "check_scope", "control_requests"]


def check_scope(running: Mapping[str, Any], query: Mapping[str, Any]) -> None:
    """Refuse what a running process cannot be told; repeating what it was told is harmless.

    Raises:
        OptionError: an option is fixed since the start, or permissions may not be bypassed.
    """
    for name, value in query.items():
        if TABLE[name].scope is Scope.SESSION and running.get(name) != value:
            raise OptionError(
                name,
                "is fixed when the process starts",
                "***" if TABLE[name].secret else shown(value),
                "set it on the session, or run the query with parallel=True",
            )
    check_consent(running, query)


def check_consent(running: Mapping[str, Any], query: Mapping[str, Any]) -> None:
    """Refuse to bypass permissions in a process that was not started with consent to it.

    Raises:
        OptionError: permissions may not be bypassed.
    """
    if isinstance(query.get("permission_mode"), BypassPermissions) and not consented(running):
        raise OptionError(
            "permission_mode",
            "cannot bypass permissions in a process that was started without consent to it",
            hint="give the session allow_dangerously_skip_permissions=BypassPermissions(...)",
        )


def control_requests(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[SetModel | SetPermissionMode | SetMaxThinkingTokens, ...]:
    """Return the requests that make a process which runs with `before` run with `after`."""
    requests: list[SetModel | SetPermissionMode | SetMaxThinkingTokens] = []
    if before.get("model") != after.get("model"):
        requests.append(SetModel(model=after.get("model")))
    if _mode(before) != _mode(after):
        requests.append(SetPermissionMode(mode=_mode(after)))
    if before.get("max_thinking_tokens") != after.get("max_thinking_tokens"):
        requests.append(SetMaxThinkingTokens(max_thinking_tokens=after.get("max_thinking_tokens")))
    return tuple(requests)


def _mode(options: Mapping[str, Any]) -> str:
    mode = options.get("permission_mode", "default")
    if isinstance(mode, BypassPermissions) or options.get("dangerously_skip_permissions"):
        return BYPASS
    # a control request knows `default` only, the flag knows both names of the same mode
    return "default" if mode == "manual" else str(mode)
