"""What can go wrong with named agents, but for their turns."""

from __future__ import annotations

from greenroom.values.errors import GreenroomError

__all__ = [
    "AgentDownError",
    "AgentError",
    "AgentNotFoundError",
    "AgentsNotRunningError",
    "AgentsRunningError",
    "DoorAnswerError",
    "DoorRefusedError",
    "MonitorMissingError",
    "StateDirectoryError",
]


class AgentError(GreenroomError):
    """Root of what can go wrong with named agents."""

    code = "agent_failed"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = type(self).code if code is None else code


class AgentDownError(AgentError):
    """The agent does not live: it was stopped, or has given up."""

    code = "agent_down"


class AgentNotFoundError(AgentError):
    """No agent of the fleet has this name."""

    code = "agent_not_found"


class AgentsRunningError(AgentError):
    """Another host keeps these agents up already."""

    code = "agents_running"


class AgentsNotRunningError(AgentError):
    """No host keeps these agents up, or none can be reached."""

    code = "agents_not_running"


class StateDirectoryError(AgentError):
    """The directory for what survives a host cannot be used."""

    code = "bad_state_directory"


class MonitorMissingError(AgentError, ImportError):
    """Watching memory needs the package `psutil`, which is not installed."""

    code = "monitor_missing"


class DoorRefusedError(AgentError):
    """The host refused a request; `code` is the host's own word for why."""

    code = "refused"


class DoorAnswerError(AgentError):
    """The host gave no answer that can be understood, or none in time."""

    code = "bad_answer"
