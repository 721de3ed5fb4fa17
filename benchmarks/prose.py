"""Made-up text for lines that no recording has: the same at every run."""

from __future__ import annotations

import random

__all__ = ["prose"]

_WORDS = (
    "the a of to and in is that it for on with as this by from or are be an at not which "
    "actor session request port process frame stream turn result prompt answer supervisor "
    "def return if else for while import class self None True raise with await lambda "
    "naïve café — “quoted” 日本語 ✓"
).split()
_ENDINGS = (" ", " ", " ", " ", " ", ", ", ". ", "\n", "\n    ", '"', "()", " = ")


def prose(characters: int, seed: int) -> str:
    """Return text that looks like an answer with code: newlines, quotes, some non-ASCII."""
    chance = random.Random(seed)  # noqa: S311 - the same text every time is the point
    parts: list[str] = []
    size = 0
    while size < characters:
        parts.append(chance.choice(_WORDS) + chance.choice(_ENDINGS))
        size += len(parts[-1])
    return "".join(parts)[:characters]
