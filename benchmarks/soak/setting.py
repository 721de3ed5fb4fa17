"""What every part of the soak is given."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.marked import Marked

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Setting"]

_NOWHERE = "http://127.0.0.1:9"
"""The light agents ask nobody; were one of them a real one, it would get no answer."""


@dataclass(frozen=True)
class Setting:
    """Where and how much.

    Attributes:
        directory: for files of the soak itself.
        temporary: the directory for temporary files, which is to be empty in the end.
        agent: the executable of the light agent.
        streamer: the executable of the agent that streams.
        scale: 1 for the whole soak; 0.01 to see whether it works.
        marked: every agent and every host carries this mark.
    """

    directory: Path
    temporary: Path
    agent: str
    streamer: str
    scale: float
    marked: Marked = field(default_factory=lambda: Marked(uuid.uuid4().hex))

    def many(self, count: int, *, least: int = 2) -> int:
        """Return how many of `count` there are at this scale."""
        return max(least, round(count * self.scale))

    def marks(self) -> list[str]:
        """Return the mark as the ledger wants it."""
        return [f"{name}={value}" for name, value in self.marked.environment.items()]

    def options(self, cli: str | None = None) -> dict[str, Any]:
        """Return the options of a session with the light agent, or with another."""
        return {
            "executable": cli or self.agent,
            "env": self.marked.environment,
            "api_key": "not-a-real-key",
            "base_url": _NOWHERE,
            "cwd": str(self.directory),
        }
