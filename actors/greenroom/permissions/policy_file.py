"""The file form of a permission policy."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from greenroom.permissions.errors import PolicyError
from greenroom_protocol.errors import shown

__all__ = ["read_rules"]


def read_rules(source: str | os.PathLike[str]) -> list[Any]:
    """Return the tables of ``[[rules]]`` in a file, or in a text of several lines.

    Raises:
        PolicyError: it cannot be read, or holds anything else.
    """
    inline = isinstance(source, str) and "\n" in source
    name = "the policy" if inline else os.fspath(source)
    try:
        text = str(source) if inline else Path(source).read_text("utf-8")
        data = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise PolicyError(f"{name} cannot be read: {error}") from error
    unknown = sorted(data.keys() - {"rules"})
    if unknown:
        raise PolicyError(f"{name} has {unknown[0]!r}; a policy knows the tables [[rules]] alone")
    rules = data.get("rules")
    if not isinstance(rules, list):
        raise PolicyError(f"{name} has no [[rules]], but {shown(rules)}")
    return rules
