"""A Ctrl-C in the main thread, at whatever instruction, leaves no actor asleep."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")

SCRIPT = """
import random, signal
from greenroom.runtime import Actor, LoopDispatcher

class Counter(Actor):
    mailbox_bound = None
    count = 0

    def on_receive(self, message):
        self.count += 1
        return self.count

def strike(*_):
    global armed
    if armed:
        armed = False
        raise KeyboardInterrupt

def flood():
    global armed
    armed = True
    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, 2e-4))
    while armed:
        ref.tell("tick")

armed, interrupts, chance = False, 0, random.Random(1)
signal.signal(signal.SIGALRM, strike)
dispatcher = LoopDispatcher()
ref = Counter.start(dispatcher=dispatcher)
for _ in range(500):
    try:
        flood()
    except KeyboardInterrupt:
        interrupts += 1
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
    assert int(done.stdout) == 500
