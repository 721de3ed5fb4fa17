"""From flags to the options and deadlines of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import click
import msgspec

from greenroom.logging import is_sensitive
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom_protocol.claude.options import CREDENTIAL_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["deadlines_from", "options_from"]


def _as_it_is(value: Any) -> Any:
    return value


def _names(value: str) -> str | list[str]:
    """Return the tools named in a comma-separated list; ``default`` is a word of its own."""
    if value == "default":
        return value
    return [name.strip() for name in value.split(",") if name.strip()]


_FLAGS: Final[tuple[tuple[str, str, Callable[[Any], Any]], ...]] = (
    ("model", "model", _as_it_is),
    ("system", "system_prompt", _as_it_is),
    ("cwd", "cwd", _as_it_is),
    ("resume", "resume", _as_it_is),
    ("continue_", "continue_conversation", _as_it_is),
    ("fork", "fork_session", _as_it_is),
    ("tools", "tools", _names),
    ("allow", "allowed_tools", list),
    ("max_turns", "max_turns", _as_it_is),
    ("max_budget_usd", "max_budget_usd", _as_it_is),
    ("executable", "executable", _as_it_is),
)
"""Flag, option, and how one becomes the other. Flags that were not given say nothing."""

_NOT_GIVEN: Final = (None, False, ())


def options_from(given: Mapping[str, Any], extra: Iterable[str]) -> OptionsDict:
    """Return the options that flags and ``KEY=VALUE`` pairs ask for; the pairs win.

    Raises:
        click.UsageError: a pair is none, or would put a secret on the command line.
    """
    options = {
        option: convert(given[flag])
        for flag, option, convert in _FLAGS
        if given[flag] not in _NOT_GIVEN
    }
    for pair in extra:
        name, value = _pair(pair)
        options[name] = value
    return cast("OptionsDict", options)


def deadlines_from(timeout: float | None) -> Deadlines:
    """Return the deadlines of a turn that may last `timeout` seconds.

    Raises:
        click.UsageError: that is no time.
    """
    if timeout is None:
        return DEFAULT_DEADLINES
    try:
        return Deadlines(total=timeout)
    except ValueError as error:
        raise click.UsageError(f"--timeout: {error}") from None


def _pair(text: str) -> tuple[str, Any]:
    name, bound, raw = text.partition("=")
    name = name.strip().replace("-", "_")
    if not bound or not name:
        raise click.UsageError(f"--option takes KEY=VALUE, not {text!r}")
    value = _read(raw)
    if name in CREDENTIAL_VARIABLES or _holds_secret(value):
        where = CREDENTIAL_VARIABLES.get(name)
        raise click.UsageError(
            f"--option {name}=... would show a secret to every user of this machine: "
            + (f"set {where} instead" if where else "put it into the configuration file instead")
        )
    return name, value


def _read(raw: str) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return raw


def _holds_secret(value: Any) -> bool:
    """Whether a mapping, such as ``env``, gives a value to a name that sounds like a secret."""
    return isinstance(value, dict) and any(
        item is not None and (is_sensitive(str(name)) or _holds_secret(item))
        for name, item in value.items()
    )
