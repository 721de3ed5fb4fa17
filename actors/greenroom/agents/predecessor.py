"""The process that an earlier life of an agent has left, which has to be gone before the next one.

Two that go on with one conversation would write into one transcript.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import Final

from greenroom.agents.errors import AgentError
from greenroom.runtime.process.owner import Owner

__all__ = ["see_off"]

_PATIENCE_SECONDS: Final = 5.0
"""For the warden of a host that was killed, which ends what is left in some two seconds."""

_KILL_SECONDS: Final = 2.0
_GLANCE_SECONDS: Final = 0.02


def see_off(process: tuple[int, int, str] | None, name: str) -> None:
    """Return when the process is gone; end it if nobody else does. Blocking.

    Args:
        process: as the record of the agent has it.
        name: of the agent.

    Raises:
        AgentError: it runs on, and nobody can be sure that it is that one, or end it.
    """
    if process is None:
        return
    owner = Owner(*process)
    if not owner.is_ours or _is_gone_within(owner, _PATIENCE_SECONDS):
        return
    if owner.started:  # without it the number may be that of somebody else's process by now
        with suppress(OSError):
            os.kill(owner.pid, signal.SIGKILL)
        if _is_gone_within(owner, _KILL_SECONDS):
            return
    raise AgentError(
        f"process {owner.pid}, which an earlier host started for agent {name!r}, may still run; "
        "two would write into one conversation: end it, and start the agent again",
        code="agent_still_runs",
    )


def _is_gone_within(owner: Owner, seconds: float) -> bool:
    # Looked at again and again: of a process that is not our child nobody tells the end.
    deadline = time.monotonic() + seconds
    while not owner.is_gone:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_GLANCE_SECONDS)
    return True
