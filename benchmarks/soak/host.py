"""A host with busy agents, to be killed: `python -m benchmarks.soak.host`.

It reads the job as a line of JSON, says when all agents are at work, and then lives until it is
ended; a further line makes it leave with `os._exit`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from greenroom import Deadlines, System


def _run(job: dict[str, Any]) -> None:
    deadlines = Deadlines(start=120, first_event=120)
    with System(configuration={}) as system:
        sessions = [
            system.session(deadlines=deadlines, **job["options"]) for _ in range(job["agents"])
        ]
        turns = [session.ask("work") for session in sessions]
        # Kept: leaving an iteration early would interrupt the turn.
        readings = [_signs_of_life(turn) for turn in turns]
        for reading in readings:
            next(reading)
        print("busy", flush=True)
        if sys.stdin.readline():
            os._exit(1)


def _signs_of_life(turn: Any) -> Any:
    """Yield texts and tool calls, whichever the agent begins with."""
    says = turn.vocabulary
    for batch in turn.read():
        for frame in batch.frames:
            if says.text(frame) or says.tool_uses(frame):
                yield frame
    raise RuntimeError(f"an agent is not at work: {turn.outcome()!r}")


if __name__ == "__main__":
    _run(json.loads(sys.stdin.readline()))
