"""Sessions: one conversation with one CLI, as an actor behind a handle."""

from greenroom.session.board import QueuedTurn, SessionInfo
from greenroom.session.handle import Session

__all__ = ["QueuedTurn", "Session", "SessionInfo"]
