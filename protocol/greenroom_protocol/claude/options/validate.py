"""Validation of options one by one: name, type, value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.kinds import KINDS, plain
from greenroom_protocol.claude.options.suggest import suggestion
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import BypassPermissions
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom_protocol.claude.options.row import Option

__all__ = ["valid_layer"]


def valid_layer(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of one layer in their one form; None counts as not given.

    Names are checked whatever their value is.

    Raises:
        OptionError: a name is unknown, or a value has the wrong type or a wrong content.
    """
    for name in layer:
        if name not in TABLE:
            raise OptionError(str(name), "there is no such option", hint=suggestion(str(name)))
    return {name: _valid(name, value) for name, value in layer.items() if value is not None}


def _valid(name: str, value: Any) -> Any:
    option = TABLE[name]
    kind = KINDS[name]
    if kind.consent and isinstance(value, BypassPermissions):
        return value
    try:
        problem = kind.problem(plain(value, reveal=option.secret))
        hint = option.hint if problem else ""
        kept = plain(value, reveal=False)
        if problem is None:
            kept, problem = _tidied(option, kept)
    except RecursionError:
        raise OptionError(name, "is nested without end") from None
    if problem is not None:
        raise OptionError(name, problem, "***" if option.secret else shown(value), hint)
    return kept


def _tidied(option: Option, value: Any) -> tuple[Any, str | None]:
    if option.tidy is not None:
        try:
            value = option.tidy(value)
        except ValueError as error:
            return value, str(error)
    return value, option.check(value) if option.check else None
