"""Made-up text for lines that no recording has: the same at every run."""

from __future__ import annotations

import random

__all__ = ["prose"]

_COMMON = """the a of to and in is that it for on with as this by from or are be an at not which
actor session request port process frame stream turn result prompt answer supervisor message
def return if else for while import class self None True raise with await lambda value"""
_RARE = "naïve café — “quoted” 日本語 ✓"
_ENDINGS = {" ": 60, ", ": 6, ". ": 6, "\n": 3, "\n    ": 4, ".\n\n": 2, '"': 2, "(": 2, "):\n": 1}
_RARE_SHARE = 0.01


def prose(characters: int, seed: int) -> str:
    """Return text like an answer with some code: a few newlines and quotes, 1 % beyond ASCII."""
    chance = random.Random(seed)  # noqa: S311 - the same text every time is the point
    common, rare = _COMMON.split(), _RARE.split()
    parts: list[str] = []
    size = 0
    while size < characters:
        word = chance.choice(rare if chance.random() < _RARE_SHARE else common)
        [ending] = chance.choices(list(_ENDINGS), list(_ENDINGS.values()))
        parts.append(word + ending)
        size += len(parts[-1])
    return "".join(parts)[:characters]
