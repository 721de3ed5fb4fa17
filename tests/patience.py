"""How long tests wait, and how long they let others take."""

from __future__ import annotations

import time

from greenroom import Deadlines
from greenroom.runtime.process import StopLadder

PATIENCE_SECONDS = 20.0
"""Longer than anything takes on a busy machine: where an end has to come in time, it is said."""

QUICK = Deadlines(start=10, first_event=10, silence=10, interrupt=2)
LADDER = StopLadder(eof_grace=1.0, term_grace=0.5, kill_grace=1.0, drain=0.2)
"""For a simulated CLI, which ends soon when it ends at all."""


def eventually(condition, seconds=PATIENCE_SECONDS, says="it came to that"):
    """Wait until a condition holds that nobody announces, and return what it was."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{says}: not within {seconds} s"
        time.sleep(0.005)
    return value
