"""A backend for sessions in virtual time, whose processes are played by a spawner."""

from __future__ import annotations

from greenroom.backends.base import Installation, Launch
from greenroom.backends.claude import ClaudeBackend
from greenroom.runtime.process import SpawnSpec


class PreparedBackend(ClaudeBackend):
    """The backend with its one blocking call, which looks for a binary, already made."""

    def prepare(self, options, scratch, fallback=None):
        return Launch(
            spec=SpawnSpec(argv=("/bin/claude",), env={}, cwd="/"),
            installation=Installation(path="/bin/claude", version="2.1.329", source="explicit"),
            shown_argv=("claude",),
            auth_source="none",
        )
