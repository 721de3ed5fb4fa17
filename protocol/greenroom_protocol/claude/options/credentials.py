"""Which account pays for a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CREDENTIAL_VARIABLES", "Credentials", "credentials"]

CREDENTIAL_VARIABLES: Final = {
    "api_key": "ANTHROPIC_API_KEY",
    "auth_token": "ANTHROPIC_AUTH_TOKEN",
    "oauth_token": "CLAUDE_CODE_OAUTH_TOKEN",
}
"""The variables that pay, by the option that sets each."""

_PROVIDERS: Final = {
    "CLAUDE_CODE_USE_BEDROCK": ("AWS_", "ANTHROPIC_BEDROCK_"),
    "CLAUDE_CODE_USE_VERTEX": (
        "GOOGLE_",
        "CLOUD_ML_REGION",
        "ANTHROPIC_VERTEX_",
        "VERTEX_REGION_",
    ),
    "CLAUDE_CODE_USE_FOUNDRY": ("AZURE_", "ANTHROPIC_FOUNDRY_"),
}


class Credentials(msgspec.Struct, frozen=True):
    """What the child gets to pay with.

    Attributes:
        source: where it comes from, for logs and for people: the name of an option or a variable,
            or `the CLI's own login`.
        variables: what to set in the child; texts of the host are secrets here too.
    """

    source: str
    variables: Mapping[str, Secret]


def credentials(options: Mapping[str, Any], host: Mapping[str, str]) -> Credentials:
    """Choose the account by the option `auth`.

    Args:
        options: checked options.
        host: the environment of the host; of it only what pays is read and passed on.

    Raises:
        OptionError: the host names several accounts and nobody said which one pays.
    """
    for name in CREDENTIAL_VARIABLES:
        if name in options:
            return Credentials(f"option {name}", {CREDENTIAL_VARIABLES[name]: options[name]})
    additions: Mapping[str, Any] = options.get("env", {})
    named = [name for name in _paying(additions) if additions[name] is not None]
    if named:
        return Credentials(f"option env: {', '.join(named)}", {})
    if options["auth"] == "subscription":
        return Credentials("the CLI's own login", {})
    chosen = _of_host(host, additions)
    if options["auth"] == "environment" and not chosen.variables:
        raise OptionError("auth", "finds no account in the host's environment", "'environment'")
    return chosen


def _of_host(host: Mapping[str, str], additions: Mapping[str, Any]) -> Credentials:
    """Choose by the variables of the host that `additions` do not replace.

    Looks at as few as it can: those of `os.environ` are decoded at every look.
    """
    found = [name for name in _paying(host) if name not in additions and host[name]]
    if len(found) > 1:
        raise OptionError(
            "auth",
            f"must say which account pays: the host has {' and '.join(found)}",
            hint="give api_key=..., or auth='subscription' for the CLI's own login",
        )
    if not found:
        return Credentials("the CLI's own login", {})
    prefixes = _PROVIDERS.get(found[0], ())
    passed = [
        name
        for name in host
        if name not in additions and (name == found[0] or name.startswith(prefixes))
    ]
    return Credentials(f"variable {found[0]}", {name: Secret(host[name]) for name in passed})


def _paying(environment: Mapping[str, Any]) -> list[str]:
    return [name for name in (*CREDENTIAL_VARIABLES.values(), *_PROVIDERS) if name in environment]
