"""Descriptions out of a Google-style docstring."""

from __future__ import annotations

import inspect
import re
from typing import Final, NamedTuple

__all__ = ["Docstring", "read_docstring"]

_PARAMETERS: Final = frozenset({"args", "arguments", "parameters", "params"})
_LEFT_OUT: Final = frozenset({"raises"})
_OTHERS: Final = frozenset({"returns", "yields", "example", "examples", "note", "notes", "todo"})
_HEADING: Final = re.compile(r"(\w+):\s*$")
_PARAMETER: Final = re.compile(r"\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(.*)$")


class Docstring(NamedTuple):
    """What a docstring says.

    Attributes:
        text: all of it but what parameters are and what is raised.
        parameters: name -> description, in one line each.
    """

    text: str
    parameters: dict[str, str]


def read_docstring(raw: str | None) -> Docstring:
    """Read a docstring; without any, everything is empty."""
    text: list[str] = []
    parameters: list[str] = []
    section = text
    for line in inspect.cleandoc(raw or "").splitlines():
        heading = _HEADING.match(line)
        kind = heading[1].lower() if heading else None
        if kind in _PARAMETERS:
            section = parameters
        elif kind in _LEFT_OUT:
            section = []
        elif kind in _OTHERS or (line and not line[0].isspace()):
            section = text
            text.append(line)
        else:
            section.append(line)
    return Docstring(re.sub(r"\n{3,}", "\n\n", "\n".join(text)).strip(), _entries(parameters))


def _entries(lines: list[str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    depth, last = None, None
    for line in filter(str.strip, lines):
        indent = len(line) - len(line.lstrip())
        depth = indent if depth is None else depth
        entry = _PARAMETER.match(line.strip()) if indent <= depth else None
        if entry is not None:
            last = entry[1]
            entries[last] = entry[2].strip()
        elif last is not None:
            entries[last] = f"{entries[last]} {line.strip()}".strip()
    return {name: text for name, text in entries.items() if text}
