"""What a value must be beyond its type: small predicates that say what is wrong, or None.

Values reach the CLI in a command line, an environment or a line of JSON. The first two cannot hold
NUL or lone surrogates at all; and since nothing but prompts has a use for control characters, those
are refused wherever they could end up in a terminal, a log or a list that the CLI splits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import msgspec

from greenroom_protocol.encoding import encode_line
from greenroom_protocol.errors import LocalProtocolError
from greenroom_protocol.secret import Secret

__all__ = [
    "Check",
    "argument",
    "at_least",
    "both",
    "credential",
    "each",
    "header",
    "json",
    "line",
    "positive",
    "private_json",
    "rule",
    "seconds",
    "skill",
    "split_rules",
    "tool",
    "true_or_line",
    "url",
    "uuid",
    "variables",
    "word",
]

Check = Callable[[Any], str | None]
"""Takes a value of the right type; returns what is wrong with it, or None."""

# Compiled at first use: most sessions need one or two of them.
_SURROGATE = "[\ud800-\udfff]"
_CONTROL = "[\x00-\x1f\x7f-\x9f\ufeff]"
_WORD = r"[A-Za-z0-9][A-Za-z0-9._:/@+\[\]-]*"
_TOOL = r"[A-Za-z_][A-Za-z0-9_.:*-]*"
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_URL = r"https?://[^/?#@\s\x00-\x1f\x7f-\x9f]+([/?#][^\s\x00-\x1f\x7f-\x9f]*)?"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_UNESCAPED_END = r"(?<!\\)(\\\\)*\)\Z"


def argument(value: str) -> str | None:
    """Accept any text that a command line can hold, newlines included."""
    if "\0" in value:
        return "must not hold NUL, which ends an argument"
    if re.search(_SURROGATE, value):
        return "must not hold a lone surrogate, which has no form in UTF-8"
    return None


def line(value: str) -> str | None:
    """Accept text of one line that says something."""
    if not value.strip():
        return "must not be empty"
    if re.search(_CONTROL, value):
        return "must not hold control characters"
    return argument(value)


def true_or_line(value: Any) -> str | None:
    """Accept True, False or text of one line."""
    return None if isinstance(value, bool) else line(value)


def word(value: str) -> str | None:
    """Accept a name that stands in a list with commas."""
    if not re.fullmatch(_WORD, value):
        return "must be names of letters, digits and . _ : / @ + - [ ], without spaces or commas"
    return None


def tool(value: str) -> str | None:
    """Accept the name of a tool."""
    if not re.fullmatch(_TOOL, value):
        return "must be names of tools such as 'Bash' or 'mcp__server__tool'"
    return None


def rule(value: str) -> str | None:
    """Accept one permission rule that the CLI reads as exactly this rule.

    The CLI splits the list at commas and spaces outside parentheses, minds no escapes and counts
    no depth while it does; it then reads empty parentheses as "every use" (CLI 2.1.329).
    """
    name, bracket, content = value.partition("(")
    return next(
        (problem for bad, problem in _rule_problems(value, name, bracket, content) if bad), None
    )


def _rule_problems(value: str, name: str, bracket: str, content: str) -> Iterator[tuple[bool, str]]:
    yield (
        bool(re.search(_CONTROL, value) or re.search(_SURROGATE, value)),
        "must not hold control characters or lone surrogates",
    )
    yield (
        tool(name) is not None,
        "must be rules such as 'Read', 'Bash(git *)' or 'mcp__server__tool'",
    )
    if not bracket:
        return
    yield (
        not re.search(_UNESCAPED_END, content),
        "must be rules that end with their closing parenthesis, not with an escaped one",
    )
    yield (
        content == ")",
        "must not hold a rule with empty parentheses, which means every use of the tool",
    )
    split = (
        "must not hold a rule with a space or comma behind an inner parenthesis, "
        "where the CLI would split it; put it into settings['permissions'] instead"
    )
    yield len(split_rules(value)) != 1, split


def split_rules(text: str) -> list[str]:
    """Split a list of rules as the CLI does, to see what it will make of one."""
    parts, inside = [""], False
    for char in text:
        if char in ", " and not inside:
            parts.append("")
            continue
        inside = {"(": True, ")": False}.get(char, inside)
        parts[-1] += char
    return [part for part in parts if part]


def skill(value: str) -> str | None:
    """Accept the name of a skill, as it can stand in `Skill(name)` and match something."""
    if value != value.strip() or not value:
        return "must be names of skills without spaces around them"
    if re.search(r"[(),]", value) or re.search(_CONTROL, value) or re.search(_SURROGATE, value):
        return "must be names of skills without parentheses, commas and control characters"
    if value.startswith("/"):
        return "must be names of skills, not the slash commands that start them"
    if value == "*" or value.endswith((":*", " *")):
        return "must be exact names of skills; 'all' in place of the list takes every skill"
    if "\\\\" in value or value.endswith("\\"):
        return "must be names of skills without a backslash at the end or two in a row"
    return None


def uuid(value: str) -> str | None:
    """Accept a UUID and nothing around it."""
    return None if re.fullmatch(_UUID, value) else "must be a UUID such as str(uuid.uuid4())"


def header(value: str) -> str | None:
    """Accept text that can stand in an HTTP header."""
    if value and value.isascii() and value.isprintable():
        return None
    return "must be printable ASCII text"


def url(value: str) -> str | None:
    """Accept an address without a user in it, who would be seen in a process list or a repr."""
    return None if re.fullmatch(_URL, value) else "must be an http(s) address without a user in it"


def credential(value: str | Secret) -> str | None:
    """Accept a credential; what it is stays out of the answer."""
    text = value.reveal() if isinstance(value, Secret) else value
    return None if header(text) is None and " " not in text else "must be ASCII text without spaces"


def at_least(bound: float) -> Check:
    """Return a check for numbers from `bound` on."""
    return lambda value: None if value >= bound else f"must be {bound} or more"


def positive(value: float) -> str | None:
    """Accept finite numbers above zero."""
    return None if math.isfinite(value) and value > 0 else "must be a finite number above 0"


def seconds(value: float) -> str | None:
    """Accept a time that is a number of milliseconds a timer of the CLI can hold."""
    limit = 2**31 / 1000
    return None if 0 <= value < limit else f"must be seconds from 0 to {limit:.0f}"


def json(value: Any) -> str | None:
    """Accept what has a form in JSON."""
    return _json(value, _refuse)


def private_json(value: Any) -> str | None:
    """Accept what has a form in JSON once its secrets are revealed."""
    return _json(value, _reveal)


def _json(value: Any, hook: Callable[[Any], Any]) -> str | None:
    try:
        encode_line(msgspec.to_builtins(value, enc_hook=hook))
    except (LocalProtocolError, TypeError, ValueError) as error:
        return f"must be data with a form in JSON ({error})"
    return None


def variables(value: Mapping[str, str | Secret | None]) -> str | None:
    """Accept additions to an environment."""
    for name, content in value.items():
        if not re.fullmatch(_VARIABLE, name):
            return f"must name variables with letters, digits and _, not {name[:60]!r}"
        if content is None:
            continue
        problem = argument(content.reveal() if isinstance(content, Secret) else content)
        if problem:
            return f"{problem} (variable {name})"
    return None


def each(check: Check) -> Check:
    """Return a check for lists, or the values of a dictionary, or a single word for all."""

    def check_each(values: Any) -> str | None:
        if isinstance(values, str):
            return None
        for value in values:
            problem = check(value)
            if problem:
                return f"{problem} (at {value[:60]!r})"
        return None

    return check_each


def both(*checks: Check) -> Check:
    """Return a check that passes when all of `checks` do."""
    return lambda value: next((problem for check in checks if (problem := check(value))), None)


def _reveal(value: Any) -> Any:
    return value.reveal() if isinstance(value, Secret) else _refuse(value)


def _refuse(value: Any) -> NoReturn:
    raise TypeError(f"{type(value).__name__} has none")
