"""The words in which supervision is ordered; they are OTP's. Strings are taken as well."""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

__all__ = ["BRUTAL_KILL", "INFINITY", "AutoShutdown", "ChildType", "Restart", "Strategy"]

BRUTAL_KILL: Final = "brutal_kill"
"""As a child's `shutdown`: kill it without asking."""

INFINITY: Final = math.inf
"""As a child's `shutdown`: wait as long as it takes. The string "infinity" means the same."""


class Restart(Enum):
    """Whether a child that has ended is started again."""

    PERMANENT = "permanent"
    """Always."""

    TRANSIENT = "transient"
    """If it did not end cleanly."""

    TEMPORARY = "temporary"
    """Never; it is forgotten."""


class Strategy(Enum):
    """Who is restarted along with a child."""

    ONE_FOR_ONE = "one_for_one"
    """Nobody."""

    ONE_FOR_ALL = "one_for_all"
    """All others."""

    REST_FOR_ONE = "rest_for_one"
    """Those that were started after it."""


class AutoShutdown(Enum):
    """Whether a supervisor ends when significant children have ended of their own accord."""

    NEVER = "never"
    ANY_SIGNIFICANT = "any_significant"
    ALL_SIGNIFICANT = "all_significant"


class ChildType(Enum):
    """What a child is, to those who count."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
