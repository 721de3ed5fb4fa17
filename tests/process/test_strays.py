"""Processes that outlived a host and its warden, killed together, are found and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.runtime.process import Containment, Scratch
from greenroom.runtime.process import leftovers as leftovers_module
from greenroom.runtime.process.strays import end_strays, strays_of
from greenroom.runtime.process.warden_launcher import WardenLauncher

HOST = """
import os, signal, sys
from pathlib import Path
from greenroom.runtime.process import Scratch, SpawnSpec
from greenroom.runtime.process.warden_launcher import WardenLauncher

scratch = Scratch.create(Path(sys.argv[1]))
launcher = WardenLauncher()
script = "setsid sleep 600 & sleep 600 & echo up; read line; exec sleep 600"
env = {"PATH": os.environ["PATH"], "TMPDIR": str(scratch.path)}
leader = launcher.launch(SpawnSpec(("/bin/sh", "-c", script), env, "/", scratch=str(scratch.path)))
os.set_blocking(leader.pipes.stdout, True)
os.read(leader.pipes.stdout, 1)
print(scratch.path, launcher.warden_pid, flush=True)
signal.pause()
"""


@pytest.fixture(name="place")
def _place(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers_module, "_REST_SECONDS", -1.0)
    return tmp_path


@pytest.fixture(name="orphaned")
def _orphaned(place):
    """The private directory of agents whose host and warden were killed at one stroke."""
    if sys.platform != "linux":
        pytest.skip("a warden needs Linux")
    with subprocess.Popen([sys.executable, "-c", HOST, str(place)], stdout=subprocess.PIPE) as host:
        directory, warden = host.stdout.readline().split()
        both = (host.pid, int(warden))
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in both:
                os.kill(pid, number)
    yield Path(os.fsdecode(directory))
    end_strays([Path(os.fsdecode(directory))])


def test_they_live_on_until_the_next_host_of_the_user_makes_a_directory(
    place, orphaned, eventually
):
    eventually(lambda: len(strays_of([orphaned])) == 3)  # one may be in the middle of its exec
    with Scratch.create(place):
        eventually(lambda: not strays_of([orphaned]))
        assert not orphaned.exists()


def test_their_control_groups_are_removed_by_the_next_warden(orphaned, eventually):
    launcher = WardenLauncher()
    launcher.start()
    if launcher.containment is not Containment.CGROUP:
        launcher.close()
        pytest.skip("no control group may be made here")
    launcher.close()
    owner = orphaned.name.rpartition("-")[0]
    assert groups_of(owner)  # there are processes in them yet
    end_strays([orphaned])
    eventually(lambda: not strays_of([orphaned]))
    launcher = WardenLauncher()
    launcher.start()
    launcher.close()
    assert not groups_of(owner)


def groups_of(owner):
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [Path(line.split()[4]) for line in mounts if " - cgroup2 " in line]
    return [group for point in points for group in point.rglob(f"{owner}-*")]


def test_nothing_is_looked_for_without_a_directory():
    assert strays_of([]) == []


def test_a_process_with_another_directory_is_left_alone(place, eventually):
    with subprocess.Popen(["/bin/sleep", "600"], env={"TMPDIR": f"{place}-other"}) as other:
        assert end_strays([place]) == 0
        assert other.poll() is None
        theirs = [Path(f"{place}-other")]
        eventually(lambda: strays_of(theirs))  # while it is being started it has no environment
        assert end_strays(theirs) == 1
