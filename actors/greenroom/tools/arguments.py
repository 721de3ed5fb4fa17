"""The arguments of a call, checked against the types of the parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.tools.parameters import Parameter

__all__ = ["BadArguments", "read_arguments"]

_PATH: Final = re.compile(r" - at `(?:key in )?\$([^`]*)`$")


class BadArguments(Exception):
    """The arguments are not what the tool takes; the text tells the model all that is wrong."""


def read_arguments(
    parameters: tuple[Parameter, ...], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what to call the function with: the arguments that were given, converted.

    Raises:
        BadArguments: some are unknown, missing or of another type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    faults = [_unknown(name, known) for name in arguments if name not in known]
    for name, parameter in known.items():
        if name not in arguments:
            faults += [f"argument {name!r} is missing"] * parameter.required
            continue
        try:
            values[name] = msgspec.convert(arguments[name], parameter.type, str_keys=True)
        except msgspec.ValidationError as error:
            faults.append(_mistyped(name, str(error)))
        except Exception as error:  # noqa: BLE001 - of a class of the caller's that is being made
            faults.append(f"argument {name!r} is refused: {type(error).__name__}: {error}")
    if faults:
        raise BadArguments("; ".join(faults))
    return values


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    import difflib  # noqa: PLC0415 - only needed once something is wrong

    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"there is no argument {name!r}: did you mean {close[0]!r}?"
    takes = ", ".join(map(repr, known)) if known else "no arguments"
    return f"there is no argument {name!r}: the tool takes {takes}"


def _mistyped(name: str, message: str) -> str:
    path = _PATH.search(message)
    where = f"{name}{path[1]}" if path else name
    return f"argument {where!r}: {_PATH.sub('', message)}"
