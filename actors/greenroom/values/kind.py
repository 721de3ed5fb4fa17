"""Refusing a value of the wrong kind where it is given, and not where it is missed."""

from __future__ import annotations

__all__ = ["require_kind"]


def require_kind(value: object, kind: type, name: str, example: str) -> None:
    """Raise TypeError, naming the argument `name` and an `example`, unless `value` is of `kind`."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(
            f"{name} must be {article} {kind.__name__}, not {value!r:.100}: write what is meant, "
            f"as in {example}"
        )
