"""``$name`` in the texts of a scenario."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

__all__ = ["Values", "fill"]

Values: TypeAlias = Mapping[str, Callable[[], Any]]
"""What each name stands for; asked anew at every occurrence."""

_NAME = re.compile(r"\$(\$|[a-z_]+)")


def fill(value: Any, values: Values) -> Any:
    """A copy of a JSON value with its placeholders replaced.

    A text that is one placeholder and nothing else takes the value as it is, a list included.
    Unknown names stay as they are.
    """
    if isinstance(value, str):
        return _fill_text(value, values) if "$" in value else value
    if isinstance(value, Mapping):
        return {key: fill(member, values) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [fill(member, values) for member in value]
    return value


def _fill_text(text: str, values: Values) -> Any:
    whole = _NAME.fullmatch(text)
    if whole and whole[1] in values:
        return values[whole[1]]()
    return _NAME.sub(lambda match: _replacement(match, values), text)


def _replacement(match: re.Match[str], values: Values) -> str:
    name = match[1]
    if name == "$":
        return "$"
    return str(values[name]()) if name in values else match[0]
