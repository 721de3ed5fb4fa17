"""Answers to `can_use_tool`: allow or deny."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType, field

from greenroom_protocol.claude.control.permission_updates import PermissionUpdate
from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["PermissionAllow", "PermissionDeny"]


_BYPASS: Final = "bypasspermissions"


class PermissionAllow(Struct, frozen=True, kw_only=True, tag_field="behavior", tag="allow"):
    """Let the tool run; with `updated_input` in place of what the model asked for.

    `updated_permissions` holds `PermissionUpdate`s, or `permission_suggestions` of the request as
    they came. For `AskUserQuestion` the answers travel in `updated_input`.

    Raises:
        LocalProtocolError: an update names no destination or a rule content of null, for which
            the CLI would ignore all of them and allow the call all the same (CLI 2.1.329). Or one
            would bypass permissions, to which an answer is no consent.
    """

    updated_input: Mapping[str, Any] | UnsetType = field(default=UNSET, name="updatedInput")
    updated_permissions: Sequence[Any] | UnsetType = field(default=UNSET, name="updatedPermissions")

    def __post_init__(self) -> None:
        if self.updated_permissions is not UNSET:
            for update in self.updated_permissions:
                _check_update(update)


class PermissionDeny(
    Struct, frozen=True, kw_only=True, tag_field="behavior", tag="deny", omit_defaults=True
):
    """Refuse the tool; the model reads `message`. `interrupt` ends the whole turn as well."""

    message: str
    interrupt: bool = False


def _check_update(update: object) -> None:
    mode = update.get("mode") if isinstance(update, Mapping) else getattr(update, "mode", None)
    if isinstance(mode, str) and mode.casefold() == _BYPASS:
        raise LocalProtocolError(
            "an answer cannot bypass permissions by an update: change the mode of the session, as "
            "in session.set_permission_mode(BypassPermissions(reason='...'))"
        )
    if isinstance(update, PermissionUpdate):
        return
    if not isinstance(update, Mapping) or not isinstance(update.get("destination"), str):
        raise LocalProtocolError(
            f"a permission update has a destination such as 'session': {shown(update)}",
        )
    for rule in update.get("rules", ()):
        if isinstance(rule, Mapping) and rule.get("ruleContent", "") is None:
            raise LocalProtocolError(
                f"leave ruleContent out of a rule for a whole tool: {shown(rule)}",
            )
