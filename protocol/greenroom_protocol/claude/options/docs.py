"""The option table for people."""

from __future__ import annotations

from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from greenroom_protocol.claude.options.flags import FIXED, NOT_OFFERED
from greenroom_protocol.claude.options.kinds import HINTS
from greenroom_protocol.claude.options.row import NOT_SET, Carrier, Option
from greenroom_protocol.claude.options.table import TABLE

__all__ = ["not_offered_table_markdown", "options_table_markdown"]

_CARRIED: Final = {
    Carrier.FLAG: "flag `{}`",
    Carrier.FILE: "private file of `{}`",
    Carrier.INITIALIZE: "handshake, `{}`",
    Carrier.ENVIRONMENT: "variable `{}`",
    Carrier.PROCESS: "process, {}",
    Carrier.MESSAGE: "prompt, `{}`",
}


def options_table_markdown() -> str:
    """Return the whole table as Markdown, a row for each option."""
    head = ["| option | type | default | travels as | for | meaning |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(option) for option in TABLE.values())]) + "\n"


def not_offered_table_markdown() -> str:
    """Return what has no option as Markdown, each with the reason."""
    fixed = {flag: f"always sent: {entry.reason}" for flag, entry in FIXED.items()}
    refused = {name: entry.reason for name, entry in NOT_OFFERED.items()}
    rows = [f"| `{name}` | {reason} |" for name, reason in {**fixed, **refused}.items()]
    return "\n".join(["| flag or variable | reason |", "|---|---|", *rows]) + "\n"


def _row(option: Option) -> str:
    cells = (
        f"`{option.name}`",
        f"`{_type_text(HINTS[option.name])}`",
        "" if option.default is NOT_SET else f"`{option.default!r}`",
        _CARRIED[option.carrier].format(option.wire),
        option.scope.value,
        option.doc,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type_text(hint: Any) -> str:
    """Write a type in the same way under every version of Python."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return " | ".join(map(_type_text, arguments))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(_type_text, arguments))}]"
    return "None" if hint is type(None) else str(hint.__name__)
