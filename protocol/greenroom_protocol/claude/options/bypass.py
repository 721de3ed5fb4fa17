"""Ways to bypass permissions beside the option for it: they need the same consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.types import BYPASS, BypassPermissions
from greenroom_protocol.secret import Secret

__all__ = ["check_bypass", "consented"]

_CONSENTS: Final = (
    "permission_mode",
    "dangerously_skip_permissions",
    "allow_dangerously_skip_permissions",
)


def consented(values: Mapping[str, Any]) -> bool:
    """Whether somebody wrote down that a process with these options may bypass permissions."""
    return any(isinstance(values.get(name), BypassPermissions) for name in _CONSENTS)


def check_bypass(stated: Mapping[str, Any], _given: Mapping[str, Any]) -> None:
    """Refuse settings and agents that bypass permissions where nobody consented to it.

    Files of settings are not looked at.

    Raises:
        OptionError: one of them does.
    """
    if consented(stated):
        return
    for option, where in _bypassing(stated):
        raise OptionError(
            option,
            f"cannot bypass permissions ({where}) without an object that can be searched for",
            hint="give the session allow_dangerously_skip_permissions="
            "BypassPermissions(reason='...') besides",
        )


def _bypassing(stated: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    settings = stated.get("settings")
    permissions = settings.get("permissions") if isinstance(settings, Mapping) else None
    if isinstance(permissions, Mapping) and _is_bypass(permissions.get("defaultMode")):
        yield "settings", "permissions.defaultMode"
    for name, agent in stated.get("agents", {}).items():
        if _is_bypass(agent.permission_mode):
            yield "agents", f"permission_mode of agent {name[:60]!r}"


def _is_bypass(mode: Any) -> bool:
    """Whether a mode is this one, however it is written: what the CLI makes of it is unknown."""
    text = mode.reveal() if isinstance(mode, Secret) else mode
    letters = "".join(filter(str.isalpha, text)) if isinstance(text, str) else ""
    return letters.casefold() == BYPASS.casefold()
