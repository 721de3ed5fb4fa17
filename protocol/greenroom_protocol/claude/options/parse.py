"""Back from a command line to options: the inverse of `Options.argv`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom_protocol.claude.options import checks
from greenroom_protocol.claude.options.commander import read_argv
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.flags import FIXED
from greenroom_protocol.claude.options.kinds import KINDS
from greenroom_protocol.claude.options.row import Carrier, Option, Takes
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse_argv"]


def parse_argv(argv: Sequence[str]) -> dict[str, Any]:
    """Return the options that a command line carries, as the CLI reads it.

    Values have the types of `OptionsDict`; `permission_mode` is a text also for bypassing. Files
    stay paths: `settings`, and `mcp_config` also for servers that were given as data. A flag of an
    option that travels with the handshake here (`--system-prompt`) gives its text as it stands.
    Flags without an option, and unknown ones, stand in `extra_args`. A prompt is left out: see
    `read_argv`.

    Raises:
        OptionError: a value is missing or of the wrong type.
    """
    read = read_argv(argv)
    if read.unfinished:
        raise OptionError(read.unfinished, "is the last token and needs a value")
    parts: dict[str, list[str | None]] = {}
    for flag, value in read.flags:
        if flag not in FIXED:
            parts.setdefault(flag, []).append(value)
    parsed = {
        _OWNERS[flag].name: _value(_OWNERS[flag], flag, values)
        for flag, values in parts.items()
        if flag in _OWNERS
    }
    extra = {flag[2:]: values[-1] for flag, values in parts.items() if flag not in _OWNERS}
    for item in read.unknown:
        name, bound, value = item.lstrip("-").partition("=")
        extra[name] = value if bound else None
    return parsed | ({"extra_args": extra} if extra else {})


def _value(option: Option, flag: str, parts: list[str | None]) -> Any:
    texts: list[str] = [part for part in parts if part is not None]
    if not texts:
        return True
    try:
        match option.takes:
            case Takes.COMMAS:
                return _listed(option, texts)
            case Takes.EACH:
                return texts
            case Takes.OPTIONAL:
                return texts[-1]
            case _ if KINDS[option.name].consent or flag == option.replaces:
                return texts[-1]
            case _:
                return KINDS[option.name].read(texts[-1])
    except msgspec.ValidationError as error:
        raise OptionError(option.name, str(error), shown(texts)) from None


def _listed(option: Option, texts: list[str]) -> list[str] | str:
    if texts[-1] in KINDS[option.name].choices and option.name == "tools":
        return texts[-1]
    return [part for text in texts for part in checks.split_rules(text)]


_OWNERS: Final = {
    flag: option
    for option in TABLE.values()
    if option.carrier is Carrier.FLAG or option.name == "settings" or option.replaces
    for flag in (option.replaces or option.wire,)
}
