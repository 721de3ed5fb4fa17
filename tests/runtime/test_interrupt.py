"""A Ctrl-C in the main thread, at whatever instruction, leaves no actor asleep."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")

SCRIPT = """
import random, signal, time
from greenroom.runtime import Actor, LoopDispatcher

class Counter(Actor):
    mailbox_bound = None
    count = 0

    def on_receive(self, message):
        self.count += 1
        return self.count

dispatcher = LoopDispatcher()
ref = Counter.start(dispatcher=dispatcher)
interrupts = 0
end = time.monotonic() + 1.0
while time.monotonic() < end:
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 1e-4))
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        for _ in range(200):
            ref.tell("tick")
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        interrupts += 1
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    assert ref.ask("alive?", timeout=5) > 0
ref.stop(timeout=5)
dispatcher.close()
print(interrupts)
"""


def test_interrupted_senders_leave_the_actor_reachable():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stderr == ""
    assert int(done.stdout) > 10
