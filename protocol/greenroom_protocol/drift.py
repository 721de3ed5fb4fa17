"""Drift: how far a CLI has moved away from what this package knows."""

from collections import Counter

__all__ = ["Drift"]

_MAX_KEYS = 1000  # a CLI that invents names must not fill the memory
_MAX_KEY_CHARS = 120
_OTHERS = "…"


class Drift:
    """Counts what could not be decoded as it is typed here.

    `unknown` counts lines by `type` or `type/subtype`, and unknown alternatives inside typed
    frames by their path, such as `assistant.message.content[]`. `salvaged` counts fields that were
    dropped from a frame because they did not have the expected type, such as `result.num_turns`.
    `garbage` counts lines that were no JSON objects. Names are bounded in length and number.

    Not thread-safe: one owner counts, others may `merge` a snapshot.
    """

    __slots__ = ("garbage", "salvaged", "unknown")

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()
        self.salvaged: Counter[str] = Counter()
        self.garbage = 0

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return bool(self.unknown or self.salvaged or self.garbage)

    def __repr__(self) -> str:
        return (
            f"<Drift unknown={self.unknown.total()} salvaged={self.salvaged.total()} "
            f"garbage={self.garbage}>"
        )

    def count_unknown(self, key: str) -> None:
        """Count one unknown line or alternative."""
        _count(self.unknown, key, 1)

    def count_salvaged(self, key: str) -> None:
        """Count one dropped field."""
        _count(self.salvaged, key, 1)

    def count_garbage(self) -> None:
        """Count one line that is no JSON object."""
        self.garbage += 1

    def merge(self, other: "Drift") -> None:
        """Add the counts of `other`."""
        for mine, theirs in ((self.unknown, other.unknown), (self.salvaged, other.salvaged)):
            for key, count in theirs.items():
                _count(mine, key, count)
        self.garbage += other.garbage

    def report(self) -> str:
        """Return the counts as lines of text, the most frequent first; empty without drift."""
        lines = [f"unknown   {count:>6}  {key}" for key, count in self.unknown.most_common()]
        lines += [f"salvaged  {count:>6}  {key}" for key, count in self.salvaged.most_common()]
        if self.garbage:
            lines.append(f"garbage   {self.garbage:>6}")
        return "\n".join(lines)


def _count(counter: Counter[str], key: str, count: int) -> None:
    key = key[:_MAX_KEY_CHARS]
    counter[key if key in counter or len(counter) < _MAX_KEYS else _OTHERS] += count
