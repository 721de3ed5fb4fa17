"""Rules between options: what needs, excludes or contradicts what.

The CLI ignores most of these combinations without a word, or ends with code 1 and a line on
stderr (2.1.329). Here they are errors before anything is spawned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from greenroom_protocol.claude.options.bypass import check_bypass
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.flags import CONSTANT_ENVIRONMENT
from greenroom_protocol.claude.options.row import Carrier
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import BypassPermissions

__all__ = ["EXCLUSIVE", "check_together"]

Values = Mapping[str, Any]

_OLD_CONVERSATION: Final = ("resume", "continue_conversation", "from_pr")
_CREDENTIALS: Final = ("api_key", "auth_token", "oauth_token")
_WHO_PAYS: Final = "say which of the two accounts pays"

EXCLUSIVE: Final = (
    ("system_prompt", "system_prompt_file"),
    ("append_system_prompt", "append_system_prompt_file"),
    ("permission_mode", "dangerously_skip_permissions"),
    _OLD_CONVERSATION,
    _CREDENTIALS,
)
"""Of each group at most one; a layer that names one hides the others of the layers below."""


class _Need(NamedTuple):
    option: str
    needs: tuple[str, ...]
    reason: str


class _Clash(NamedTuple):
    option: str
    other: str
    clash: Callable[[Any, Any], object]
    reason: str


def _always(_value: Any, _other: Any) -> bool:
    return True


_NEEDS: Final = (
    _Need("fork_session", _OLD_CONVERSATION, "alone it is ignored"),
    _Need("resume_session_at", ("resume",), "it is a place in a resumed conversation"),
    _Need("resume_drops_turn", ("resume_session_at",), "it checks where that cuts"),
)

_CLASHES: Final = (
    _Clash(
        "permission_prompt_tool",
        "permission_prompts",
        lambda _tool, prompts: prompts == "none",
        "nobody would ever be asked",
    ),
    _Clash(
        "sandbox",
        "settings",
        lambda _sandbox, settings: isinstance(settings, str),
        "it is a member of the settings: pass them as a dictionary instead of a path",
    ),
    _Clash(
        "exclude_dynamic_sections", "system_prompt", _always, "it is about the CLI's own prompt"
    ),
    _Clash(
        "exclude_dynamic_sections",
        "system_prompt_file",
        _always,
        "it is about the CLI's own prompt",
    ),
    _Clash(
        "restricted",
        "permission_mode",
        lambda _on, mode: isinstance(mode, BypassPermissions),
        "a restricted session refuses to bypass permissions",
    ),
    _Clash(
        "restricted",
        "dangerously_skip_permissions",
        _always,
        "a restricted session refuses to bypass permissions",
    ),
    _Clash(
        "max_thinking_tokens",
        "thinking",
        lambda tokens, thinking: tokens and thinking == "disabled",
        "there would be no thinking to bound",
    ),
    _Clash("skills", "disable_slash_commands", _always, "that takes all skills away"),
    _Clash("oauth_token", "bare", _always, "a bare session takes API keys only"),
    _Clash(
        "auth",
        "bare",
        lambda auth, _bare: auth in {"subscription", "oauth_token"},
        "a bare session takes API keys only",
    ),
)


def check_together(values: Values, given: Values) -> None:
    """Refuse combinations of options.

    Args:
        values: every option in force, defaults included.
        given: those that somebody asked for.

    Raises:
        OptionError: for the first combination that makes no sense.
    """
    stated = {name: value for name, value in values.items() if value is not False}
    for check in (_exclusive, _needs, _clashes, _session_id, _auth, _environment, check_bypass):
        check(stated, given)


def _exclusive(stated: Values, _given: Values) -> None:
    for group in EXCLUSIVE:
        named = [name for name in group if name in stated]
        if len(named) > 1:
            raise OptionError(named[1], f"cannot go with {named[0]}", hint="keep one of them")


def _needs(stated: Values, _given: Values) -> None:
    for option, needs, reason in _NEEDS:
        if option in stated and not any(name in stated for name in needs):
            raise OptionError(option, f"needs {' or '.join(needs)}: {reason}")


def _clashes(stated: Values, _given: Values) -> None:
    for option, other, clash, reason in _CLASHES:
        if option in stated and other in stated and clash(stated[option], stated[other]):
            raise OptionError(option, f"cannot go with {other}: {reason}")


def _session_id(stated: Values, _given: Values) -> None:
    old = [name for name in _OLD_CONVERSATION if name in stated]
    if "session_id" in stated and old and "fork_session" not in stated:
        raise OptionError(
            "session_id",
            f"cannot go with {old[0]}, which keeps the old id",
            hint="add fork_session=True to go on under a new id",
        )


def _auth(stated: Values, _given: Values) -> None:
    auth = stated["auth"]
    named = [name for name in _CREDENTIALS if name in stated]
    if auth in _CREDENTIALS and auth not in stated:
        raise OptionError("auth", f"needs the option {auth}", repr(auth))
    if auth != "auto" and named not in ([], [auth]):
        raise OptionError(named[0], f"cannot go with auth={auth!r}", hint=_WHO_PAYS)


def _environment(stated: Values, given: Values) -> None:
    for variable in stated.get("env", ()):
        if variable in CONSTANT_ENVIRONMENT:
            raise OptionError("env", f"cannot change {variable}: sessions depend on it")
        owner = _OWNERS.get(variable)
        if owner in given:
            raise OptionError("env", f"says {variable}, and so does the option {owner}")
        if owner in _CREDENTIALS and stated["auth"] != "auto":
            raise OptionError(
                "env", f"says {variable} beside auth={stated['auth']!r}", hint=_WHO_PAYS
            )


_OWNERS: Final = {
    option.wire: option.name for option in TABLE.values() if option.carrier is Carrier.ENVIRONMENT
}
