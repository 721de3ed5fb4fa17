"""The root of every error Greenroom raises for its callers.

Failures of a turn are :mod:`greenroom.values.outcomes`; the ones here are raised by calls that
could not be carried out at all.
"""

from __future__ import annotations

__all__ = [
    "CliNotFoundError",
    "ConfigurationError",
    "GreenroomError",
    "RealAgentForbiddenError",
    "SessionStoppedError",
    "TurnNotQueuedError",
]


class GreenroomError(Exception):
    """Root of all errors raised by Greenroom.

    Attributes:
        code: stable, machine-readable name of the situation.
    """

    code: str = "error"


class ConfigurationError(GreenroomError):
    """A configuration file cannot be read or names something that does not exist."""

    code = "bad_configuration"


class CliNotFoundError(GreenroomError):
    """No usable CLI binary was found.

    Attributes:
        searched: every place that was looked at, in order, with what was found there.
    """

    code = "cli_not_found"

    def __init__(self, message: str, *, searched: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.searched = searched


class RealAgentForbiddenError(GreenroomError):
    """A real CLI was about to start against a real endpoint while that is switched off.

    Tests switch it off with ``GREENROOM_ALLOW_SPAWN=0``.
    """

    code = "real_agent_forbidden"


class SessionStoppedError(GreenroomError):
    """The session was stopped, so it takes no more work."""

    code = "session_stopped"


class TurnNotQueuedError(GreenroomError):
    """The turn is not waiting in the queue any more: it was sent, finished or cancelled."""

    code = "turn_not_queued"
