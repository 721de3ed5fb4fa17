"""Coding-agent CLIs as supervised actors.

The names here are imported on first use, so that ``import greenroom`` costs next to nothing. What
the frames of a CLI look like is in :mod:`greenroom_protocol`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenroom.runtime.process import Containment as Containment
    from greenroom.runtime.process import ContainmentError as ContainmentError
    from greenroom.session import QueuedTurn as QueuedTurn
    from greenroom.session import Session as Session
    from greenroom.session import SessionInfo as SessionInfo
    from greenroom.system import Shutdown as Shutdown
    from greenroom.system import SignalShutdown as SignalShutdown
    from greenroom.system import System as System
    from greenroom.system import ask as ask
    from greenroom.system import default_system as default_system
    from greenroom.system import shutdown_on_signals as shutdown_on_signals
    from greenroom.turn import Collected as Collected
    from greenroom.turn import Flow as Flow
    from greenroom.turn import ToolCall as ToolCall
    from greenroom.turn import Turn as Turn
    from greenroom.turn import TurnOver as TurnOver
    from greenroom.values.backlog import Backlog as Backlog
    from greenroom.values.backlog import Overflow as Overflow
    from greenroom.values.deadlines import Deadlines as Deadlines
    from greenroom.values.deadlines import Phase as Phase
    from greenroom.values.errors import CliNotFoundError as CliNotFoundError
    from greenroom.values.errors import ConfigurationError as ConfigurationError
    from greenroom.values.errors import GreenroomError as GreenroomError
    from greenroom.values.errors import RealAgentForbiddenError as RealAgentForbiddenError
    from greenroom.values.errors import SessionStoppedError as SessionStoppedError
    from greenroom.values.errors import TurnNotQueuedError as TurnNotQueuedError
    from greenroom.values.outcomes import ApiFailed as ApiFailed
    from greenroom.values.outcomes import AuthenticationFailed as AuthenticationFailed
    from greenroom.values.outcomes import Cancelled as Cancelled
    from greenroom.values.outcomes import Completed as Completed
    from greenroom.values.outcomes import Crashed as Crashed
    from greenroom.values.outcomes import FailureContext as FailureContext
    from greenroom.values.outcomes import LimitReached as LimitReached
    from greenroom.values.outcomes import Outcome as Outcome
    from greenroom.values.outcomes import RateLimited as RateLimited
    from greenroom.values.outcomes import Refused as Refused
    from greenroom.values.outcomes import Rejected as Rejected
    from greenroom.values.outcomes import SchemaFailed as SchemaFailed
    from greenroom.values.outcomes import StartFailed as StartFailed
    from greenroom.values.outcomes import TimedOut as TimedOut
    from greenroom.values.outcomes import Truncated as Truncated
    from greenroom.values.outcomes import TurnError as TurnError
    from greenroom.values.usage import Spend as Spend
    from greenroom.values.usage import Totals as Totals
    from greenroom_protocol import Secret as Secret

__version__ = "0.1.0"

_HOMES = {
    "greenroom.runtime.process": ("Containment", "ContainmentError"),
    "greenroom.session": ("QueuedTurn", "Session", "SessionInfo"),
    "greenroom.system": (
        "Shutdown",
        "SignalShutdown",
        "System",
        "ask",
        "default_system",
        "shutdown_on_signals",
    ),
    "greenroom.turn": ("Collected", "Flow", "ToolCall", "Turn", "TurnOver"),
    "greenroom.values.backlog": ("Backlog", "Overflow"),
    "greenroom.values.deadlines": ("Deadlines", "Phase"),
    "greenroom.values.errors": (
        "CliNotFoundError",
        "ConfigurationError",
        "GreenroomError",
        "RealAgentForbiddenError",
        "SessionStoppedError",
        "TurnNotQueuedError",
    ),
    "greenroom.values.outcomes": (
        "ApiFailed",
        "AuthenticationFailed",
        "Cancelled",
        "Completed",
        "Crashed",
        "FailureContext",
        "LimitReached",
        "Outcome",
        "RateLimited",
        "Refused",
        "Rejected",
        "SchemaFailed",
        "StartFailed",
        "TimedOut",
        "Truncated",
        "TurnError",
    ),
    "greenroom.values.usage": ("Spend", "Totals"),
    "greenroom_protocol": ("Secret",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME_OF]  # noqa: PLE0604 - a list of strings all the same


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'greenroom' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
