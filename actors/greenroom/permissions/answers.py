"""What a permission handler may answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["Allow", "Ask", "Deny"]


class Allow(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    tag_field="kind",
    tag="allow",
    forbid_unknown_fields=True,
):
    """Let the tool run.

    Args:
        input: in place of what the model asked for; None leaves that as it is.
        updates: changes of the CLI's permission rules that go with it: `PermissionUpdate`s, or
            some of the request's suggestions.

    Raises:
        ValueError: an update names no destination or is none: the CLI would drop all of them. Or
            it would bypass permissions, which is for `session.set_permission_mode` alone.
        TypeError: the input is no mapping, or cannot be written as JSON.
    """

    input: dict[str, Any] | None = None
    updates: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.input is not None:
            msgspec.structs.force_setattr(self, "input", _json_object(self.input))
        msgspec.structs.force_setattr(self, "updates", _checked_updates(self.updates))


class Deny(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    tag_field="kind",
    tag="deny",
    forbid_unknown_fields=True,
):
    """Do not let the tool run.

    Args:
        reason: what the model reads. It goes on, so tell it what to do instead.
        interrupt: end the whole turn besides; a sub-agent that asked ends alone.

    Raises:
        ValueError: there is no reason; the CLI would not understand the answer.
    """

    reason: str
    interrupt: bool = False

    def __post_init__(self) -> None:
        reason: object = self.reason
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"a denial says why: Deny('reason'), not {shown(reason)}")
        if not isinstance(self.interrupt, bool):
            raise TypeError(f"`interrupt` is True or False, not {shown(self.interrupt)}")


class Ask(msgspec.Struct, frozen=True):
    """Let a person decide: the session's prompter is asked, and without one the tool is denied.

    Args:
        prompt: what the person should know besides the request.
    """

    prompt: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.prompt, str):
            raise TypeError(f"the prompt of an Ask is a text, not {shown(self.prompt)}")


def _json_object(value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"the input of an Allow is a dictionary, not {shown(value)}")
    msgspec.json.encode(value)  # here the handler is told; later only the turn would
    return dict(value)


def _checked_updates(updates: object) -> tuple[Any, ...]:
    """Return the updates; a mistake in one would silently cost all of them."""
    if not isinstance(updates, list | tuple):
        raise TypeError(f"the updates of an Allow are a list or tuple, not {shown(updates)}")
    if not updates:
        return ()
    from greenroom_protocol.claude.control import (  # noqa: PLC0415 - most answers have none
        PermissionAllow,
        PermissionUpdate,
    )

    try:
        PermissionAllow(updated_permissions=updates)
        for update in updates:
            if isinstance(update, Mapping) and update.get("type") in _KNOWN:
                msgspec.convert(update, PermissionUpdate)
    except (LocalProtocolError, msgspec.ValidationError) as error:
        raise ValueError(f"a permission update is wrong: {error}") from error
    return tuple(updates)


_KNOWN: Final = frozenset(
    {
        "addDirectories",
        "addRules",
        "removeDirectories",
        "removeRules",
        "replaceRules",
        "setMode",
    }
)
"""Updates that are checked to their end; suggestions of a newer CLI go back as they came."""
