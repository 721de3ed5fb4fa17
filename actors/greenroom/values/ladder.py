"""How a conversation is gone on with when its process was lost: a ladder, each rung tried once."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Impasse", "Rung"]


class Rung(StrEnum):
    """A way to go on with a conversation; each loses more than the one before."""

    RESUME = "resume"
    """All that was stored of it."""

    RESUME_AT = "resume_at"
    """Up to the last entry that a completed turn has left; what came after is dropped."""

    FORK = "fork"
    """A copy of it up to that entry, under an id of its own."""

    FRESH = "fresh"
    """Nothing of it: another conversation begins."""


class Impasse(StrEnum):
    """Why a CLI cannot go on with a conversation."""

    MISSING = "missing"
    """Nothing of it is stored where the CLI looks."""

    POISONED = "poisoned"
    """What is stored is refused by the API, and would be with every prompt."""

    REFUSED = "refused"
    """The API refuses what is asked, as it refused what was asked before: one of the two is bad,
    and both are sent each time."""

    DIVERGED = "diverged"
    """The CLI goes on with another one than it was told."""
