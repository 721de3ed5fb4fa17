"""Takes the place of whoever needs to be told nothing any more."""

from __future__ import annotations

__all__ = ["unheard"]


def unheard(*_: object) -> None:
    """Do nothing.

    A part of a process that has ended would otherwise hold the whole, and the whole the part, and
    a thousand ended processes would wait for the garbage collector, which stops everything.
    """
