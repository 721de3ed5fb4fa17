"""The warden where things are not as usual: namespaces, forked hosts, agents that do not end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.process.proc import state_of

PID_NAMESPACE = ("unshare", "--pid", "--fork", "--kill-child")
"""Of its own, while `/proc` stays that of the machine."""


@pytest.fixture(name="pid_namespace")
def _pid_namespace():
    if shutil.which("unshare") is None:
        pytest.skip("there is no `unshare` here")
    if subprocess.run([*PID_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no pid namespace may be made here; root may, usually")
    return PID_NAMESPACE


def test_a_pid_namespace_that_sees_another_ones_proc_has_no_warden(run_host, pid_namespace):
    code = (
        "from greenroom.runtime.process.containment import WardenUnavailable\n"
        "from greenroom.runtime.process.warden_launcher import WardenLauncher\n"
        "launcher = WardenLauncher(groups=False)\n"
        "try: launcher.start()\n"
        "except WardenUnavailable as error: print(error)\n"
        "launcher.close()\n"
    )
    assert "/proc is missing, or of another pid namespace" in run_host(code, under=pid_namespace)


DEAF = """
import os
from greenroom.runtime.process import SpawnSpec
from greenroom.runtime.process.warden_launcher import WardenLauncher

launcher = WardenLauncher(groups=False)
argv = ("/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done")
for _ in range(3):
    leader = launcher.launch(SpawnSpec(argv, {"PATH": os.environ["PATH"]}, "/"))
    os.set_blocking(leader.pipes.stdout, True)
    os.read(leader.pipes.stdout, 1)
print(launcher.warden_pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_the_warden_sleeps_while_agents_take_leave(eventually):
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE) as host:
        warden = int(host.stdout.readline())
    since, seconds = time.monotonic(), [0.0]

    def has_ended():
        if state_of(warden) in {None, "Z"}:
            return True
        seconds.append(seconds_on_processor(warden))
        return False

    eventually(has_ended)
    assert time.monotonic() - since > 1  # the agents did make it wait
    assert max(seconds) < 0.5


def seconds_on_processor(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


COPY = """
import os
from greenroom.runtime.dispatcher import LoopDispatcher
from greenroom.runtime.process import BestLauncher, LocalSpawner, SpawnSpec

def answers(leader):
    os.set_blocking(leader.pipes.stdout, True)
    os.write(leader.pipes.stdin, b"there?")
    return os.read(leader.pipes.stdout, 6) == b"there?"

launcher, dispatcher, spec = BestLauncher(), LoopDispatcher(), SpawnSpec(("/bin/cat",), {}, "/")
spawner = LocalSpawner(dispatcher, launcher)
ours = launcher.launch(spec)
copy = os.fork()
if copy == 0:
    works = False
    try:
        its = launcher.launch(spec)
        works = answers(its)
        its.destroy()
        launcher.close()
    finally:
        os._exit(0 if works else 1)
print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]), answers(ours))
ours.destroy()
spawner.close()
dispatcher.close()
"""


def test_a_copy_of_the_host_that_starts_something_leaves_the_agents_of_its_parent_alone(run_host):
    assert run_host(COPY) == "0 True\n"
