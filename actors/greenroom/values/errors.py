"""The root of every error Greenroom raises for its callers.

Failures of a turn are :mod:`greenroom.values.outcomes`; the ones here are raised by calls that
could not be carried out at all.
"""

from __future__ import annotations

__all__ = [
    "CliNotFoundError",
    "ConfigurationError",
    "ControlError",
    "ControlLost",
    "ControlRefused",
    "ControlTimedOut",
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


class ControlError(GreenroomError):
    """The CLI did not do what it was ordered while it ran.

    Attributes:
        order: which order, by its name on the wire (``set_model``).
    """

    code = "control_failed"

    def __init__(self, message: str, *, order: str, code: str | None = None) -> None:
        super().__init__(message)
        self.order = order
        self.code = type(self).code if code is None else code


class ControlRefused(ControlError):
    """The CLI refused; `code` is its own ``error_code`` where it gave one."""

    code = "control_refused"


class ControlTimedOut(ControlError):
    """The CLI did not answer in time; it may have obeyed all the same."""

    code = "control_timed_out"


class ControlLost(ControlError):
    """The process ended before it answered, or could not be started."""

    code = "control_lost"
