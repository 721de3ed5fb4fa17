"""Conversations that tell how much of them is left, and the loss of a process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from greenroom import Recovery
from greenroom.testing import Scenario
from greenroom.testing.scenario import Text
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS
FRESH = Recovery(fresh=True)
COUNT = Text("after $history")
GOOD = Scenario(turns=[[COUNT]])


def transcript(session_id):
    """Where the simulated CLI of this run stores a conversation."""
    [path] = Path(os.environ["CLAUDE_CONFIG_DIR"]).rglob(f"{session_id}.jsonl")
    return path


def lose_process(session):
    pid = session.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: session.info.pid != pid)
