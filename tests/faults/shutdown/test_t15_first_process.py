"""T15: a host that is the first process of its pid namespace, as in a container."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

APART = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")


@pytest.fixture(name="first")
def _first(host):
    """A function that runs a program as process 1."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("pid namespaces are Linux's")
    tried = subprocess.run([*APART, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"no pid namespace can be had here: {tried.stderr.decode().strip()}")
    return lambda source: host(source, wrapper=APART)


def test_a_thousand_orphans_of_agents_leave_no_zombie_while_agents_run(first):
    running = first(
        """
def zombies():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    found += [name] if stat.read().rpartition(")")[2].split()[0] == "Z" else []
            except OSError:
                pass
    return found

assert os.getpid() == 1
with System(configuration={}) as system:
    busy, = begun(system)
    say(system.containment, system.session(**given).ask("orphans").outcome(20).ok)
    deadline = time.monotonic() + 5
    while zombies() and time.monotonic() < deadline:
        time.sleep(0.01)
    say("zombies", len(zombies()), busy.done)
say("closed")
"""
    )
    assert running.end() == 0, running.err
    containment = running.out[0].split()[0]
    if containment in {"group", "sweep"}:
        pytest.skip(f"orphans are the host's own here: containment {containment}")
    assert running.out[1:] == ["zombies 0 False", "closed"]
    running.leaves_nothing()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_signals_reach_a_first_process_that_asked_for_them(first, number, code):
    """The kernel gives process 1 no default action: without a handler, SIGTERM does nothing."""
    running = first(
        """
with shutdown_on_signals(grace=3), System(configuration={}) as system:
    turns = begun(system, 2)
    say("ready")
    turns[0].result()
"""
    )
    running.line("ready")
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(running.process.pid)], capture_output=True, check=True
    )
    os.kill(int(children.stdout), number)
    assert running.end() in {code, -number, 1}
    running.leaves_nothing()
