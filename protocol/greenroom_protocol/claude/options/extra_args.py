"""The escape hatch for flags without an option, and what may not slip through it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from greenroom_protocol.claude.options import checks
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.flags import FIXED, NOT_OFFERED
from greenroom_protocol.claude.options.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_extra_args"]

_NAME = r"[a-z][A-Za-z0-9]+(-[A-Za-z0-9]+)*"

_TAKEN: Final[Mapping[str, str]] = {
    **{flag: f"has a fixed value: {fixed.reason}" for flag, fixed in FIXED.items()},
    **{
        flag: f"is not offered: {refused.reason}"
        for name, refused in NOT_OFFERED.items()
        for flag in (name, *refused.aliases)
    },
    **{
        flag: f"has an option of its own: {option.name}"
        for option in TABLE.values()
        for flag in (option.wire, *option.aliases, option.replaces or option.wire)
    },
}


def check_extra_args(extra: Mapping[str, str | None]) -> None:
    """Accept flags that nothing else here speaks for.

    Raises:
        OptionError: a name is no flag, or one that has an option or would break the session; or a
            value cannot stand in a command line.
    """
    for name, value in extra.items():
        if not re.fullmatch(_NAME, name):
            raise OptionError(
                "extra_args", "must name long flags without their dashes", repr(name[:60])
            )
        if f"--{name}" in _TAKEN:
            raise OptionError("extra_args", f"cannot take --{name}, which {_TAKEN[f'--{name}']}")
        problem = None if value is None else checks.argument(value)
        if problem:
            raise OptionError("extra_args", f"{problem} (--{name})")
