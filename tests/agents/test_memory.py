"""How much memory a process and everything below it hold."""

import os
import subprocess
import sys

import psutil
import pytest

from greenroom.agents.errors import MonitorMissingError
from greenroom.agents.memory import require_monitor, tree_memory, trees_memory

MIB = 1024**2

# Each holds so many MiB, starts the next, says so, and waits.
HOLD = """
import os, subprocess, sys
code, sizes = sys.argv[1], sys.argv[2:]
held = b"x" * (int(sizes[0]) * 2**20)
if sizes[1:]:
    below = subprocess.Popen([sys.executable, "-c", code, code, *sizes[1:]],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    below.stdout.readline()
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture(name="hold")
def _hold():
    """A function that starts a chain of processes, each holding so many MiB."""
    started = []

    def hold(*sizes):
        child = subprocess.Popen(
            [sys.executable, "-c", HOLD, HOLD, *map(str, sizes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(child)
        assert child.stdout.readline() == b"up\n"
        return child

    yield hold
    for child in started:
        child.stdin.close()
        child.stdout.close()
        child.wait()


def test_what_a_process_holds_is_counted(hold):
    small, large = tree_memory(hold(0).pid), tree_memory(hold(100).pid)
    assert 90 * MIB < large - small < 120 * MIB


def test_what_is_below_it_is_counted_with_it(hold):
    alone, three = tree_memory(hold(0).pid), tree_memory(hold(10, 40, 60).pid)
    assert 3 * alone + 90 * MIB < three < 3 * alone + 140 * MIB


def test_several_are_measured_with_one_look(hold):
    first, second = hold(0), hold(50)
    found = trees_memory([first.pid, second.pid])
    assert found[second.pid] - found[first.pid] > 40 * MIB
    assert trees_memory([]) == {}


def test_a_process_that_is_gone_has_none(hold):
    child = hold(0)
    child.kill()
    child.wait()
    assert tree_memory(child.pid) is None


def test_a_process_that_ended_and_was_not_waited_for_has_none(hold, eventually):
    child = hold(0)
    child.kill()
    eventually(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert tree_memory(child.pid) is None


def test_processes_that_come_and_go_meanwhile_are_no_matter(hold):
    script = "while :; do /bin/true; done"
    with subprocess.Popen(["/bin/sh", "-c", script]) as busy:
        try:
            for _ in range(30):
                assert tree_memory(busy.pid)
        finally:
            busy.kill()


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    for measure in (require_monitor, lambda: tree_memory(os.getpid())):
        with pytest.raises(
            MonitorMissingError, match=r"pip install greenroom\[monitor\]"
        ) as caught:
            measure()
        assert isinstance(caught.value, ImportError)
        assert caught.value.code == "monitor_missing"


def test_the_package_is_loaded_when_something_is_measured():
    code = "import sys, greenroom.agents.memory; sys.exit('psutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
