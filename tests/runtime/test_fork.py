"""In a fork of the process a dispatcher says that it is not there; the parent's works on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")

SCRIPT = """
import os, sys
from greenroom.runtime import Actor, ForkedProcess, Future, LoopDispatcher, ManualDispatcher

class Echo(Actor):
    def on_receive(self, message):
        return message

class Owner(Actor):
    def on_stop(self):
        print("owner stopped in process", os.getpid() == parent and "parent" or "child", flush=True)

class Started(Echo):
    def on_start(self):
        self.started = True

parent = os.getpid()
manual = ManualDispatcher()
Owner.start(dispatcher=manual)
dispatcher = LoopDispatcher()
ref = Echo.start(dispatcher=dispatcher)
assert ref.ask(1) == 1

attempts = {
    "call_soon": lambda: dispatcher.call_soon(print),
    "call_later": lambda: dispatcher.call_later(1, print),
    "run_in_worker": lambda: dispatcher.run_in_worker(print, then=print),
    "tell": lambda: ref.tell(1),
    "ask": lambda: ref.ask(1),
    "ask without blocking": lambda: ref.ask(1, block=False).get(),
    "stop": lambda: ref.stop(),
    "start": lambda: Echo.start(dispatcher=dispatcher),
    "start with on_start": lambda: Started.start(dispatcher=dispatcher),
    "wait": lambda: Future(dispatcher).get(),
}
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    for name, attempt in attempts.items():
        try:
            attempt()
        except ForkedProcess as error:
            assert "forked from" in str(error)
            os.write(writer, f"{name}: refused\\n".encode())
        except BaseException as error:
            os.write(writer, f"{name}: {error!r}\\n".encode())
        else:
            os.write(writer, f"{name}: worked\\n".encode())
    dispatcher.close()
    manual.close()
    with LoopDispatcher() as own:
        os.write(writer, f"own: {Echo.start(dispatcher=own).ask('works')}\\n".encode())
    os._exit(0)
os.close(writer)
with open(reader) as lines:
    sys.stdout.write(lines.read())
os.waitpid(pid, 0)
print("parent:", ref.ask("works"), flush=True)
dispatcher.close()
manual.close()
"""


def test_a_fork_is_refused_whatever_it_asks_for_and_may_have_a_dispatcher_of_its_own():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    *refused, own, parent, stopped = done.stdout.splitlines()
    assert [line.partition(": ")[2] for line in refused] == ["refused"] * 10
    assert (own, parent) == ("own: works", "parent: works")
    assert stopped == "owner stopped in process parent"
