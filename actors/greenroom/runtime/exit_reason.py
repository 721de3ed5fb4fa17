"""Why an actor ended: a closed set, in OTP's words.

`clean` ends were wished for by someone: nobody needs to react to them.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

import msgspec

__all__ = [
    "KILLED",
    "NORMAL",
    "NO_PROC",
    "SHUTDOWN",
    "Crash",
    "ExitReason",
    "Killed",
    "NoProc",
    "Normal",
    "Shutdown",
    "ShutdownWith",
]


class _Reason(msgspec.Struct, frozen=True):
    clean: ClassVar[bool] = False


class Normal(_Reason, frozen=True):
    """The actor had done what it was there for and ended by itself."""

    clean: ClassVar[bool] = True


class Shutdown(_Reason, frozen=True):
    """Someone asked it to stop."""

    clean: ClassVar[bool] = True


class ShutdownWith(_Reason, frozen=True):
    """It was asked to stop, or did so by itself, and has something to tell.

    Attributes:
        term: what it tells.
    """

    term: Any

    clean: ClassVar[bool] = True


class Crash(_Reason, frozen=True):
    """It ended because of an error.

    Attributes:
        error: what was raised, or what the actor found had gone wrong.
    """

    error: BaseException


class Killed(_Reason, frozen=True):
    """It was ended without being asked."""


class NoProc(_Reason, frozen=True):
    """It had ended before anyone watched it; why is not known any more."""


ExitReason: TypeAlias = Normal | Shutdown | ShutdownWith | Crash | Killed | NoProc

NORMAL = Normal()
SHUTDOWN = Shutdown()
KILLED = Killed()
NO_PROC = NoProc()
