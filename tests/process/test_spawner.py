"""The account of what runs: complete, and settled when it is closed."""

from __future__ import annotations

import errno
import os
import random
import signal
import threading
import time

import pytest

from greenroom.runtime.dispatcher import LoopDispatcher
from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.process import ExitStatus, LocalSpawner, SpawnFault
from greenroom.runtime.process.direct_launcher import DirectLauncher
from tests.process.owner import Owner
from tests.process.proc import is_alive


def test_a_child_is_on_the_account_until_it_is_closed(start, spawner, shell):
    owner = start(shell("read x"))
    assert spawner._children == {owner.child}
    owner.do("close_stdin")
    owner.wait_for("closed")
    assert not spawner._children


def test_closing_kills_and_reaps_all_that_is_left(start, spawner, shell):
    owners = [start(shell("trap '' TERM; while :; do sleep 600; done")) for _ in range(5)]
    spawner.close()
    for owner in owners:
        assert owner.wait_for("closed").status == ExitStatus(signal=signal.SIGKILL)


def test_closing_reaps_even_when_the_dispatcher_does_not_come_round(stage, shell):
    owner = stage.spawn(shell("exec sleep 600"))
    stage.run_until_heard(owner, "spawned")
    stage.spawner.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(owner.child.pid, os.WNOHANG)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGKILL)


def test_nothing_starts_after_the_closing(dispatcher, owner, shell):
    started = []
    spawner = LocalSpawner(dispatcher, DirectLauncher(watch_of=started.append))
    spawner.close()
    spawner.close()
    spawner.spawn(shell("exit 0"), owner)
    assert owner.wait_for("spawn_failed").error.fault is SpawnFault.ABORTED
    assert not started


def test_a_start_under_way_is_waited_for_by_the_closing(dispatcher, owner, shell, watch_of):
    started = []
    entered = threading.Event()

    def slow(pid):
        started.append(pid)
        entered.set()
        time.sleep(0.1)  # as a slow disk would
        return watch_of(pid)

    spawner = LocalSpawner(dispatcher, DirectLauncher(watch_of=slow))
    spawner.spawn(shell("exec sleep 600"), owner)
    entered.wait()
    spawner.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0], os.WNOHANG)
    assert owner.wait_for("spawn_failed").error.fault is SpawnFault.ABORTED


def test_a_process_that_cannot_be_watched_does_not_live(dispatcher, owner, shell):
    pids = []

    def no_descriptors(pid):
        pids.append(pid)
        raise OSError(errno.EMFILE, "out of descriptors")

    launcher = DirectLauncher(watch_of=no_descriptors)
    LocalSpawner(dispatcher, launcher, patience=0).spawn(shell("exec sleep 600"), owner)
    assert owner.wait_for("spawn_failed").error.fault is SpawnFault.NO_RESOURCES
    with pytest.raises(ChildProcessError):
        os.waitpid(pids[0], 0)


def test_a_stop_before_the_worker_comes_round_starts_nothing(shell, owner, launcher):
    dispatcher = LoopDispatcher(max_workers=1)
    owner.dispatcher = dispatcher
    gate = threading.Event()
    dispatcher.run_in_worker(gate.wait, then=lambda *_: None)
    child = LocalSpawner(dispatcher, launcher).spawn(shell("exit 0"), owner)
    owner.child = child
    owner.do("stop")
    gate.set()
    assert owner.wait_for("spawn_failed").error.fault is SpawnFault.ABORTED
    assert child.pid is None
    dispatcher.close()


def test_spawning_does_not_hold_up_the_dispatcher(dispatcher, owner, shell, watch_of):
    entered, gate = threading.Event(), threading.Event()

    def slow(pid):
        entered.set()
        gate.wait()
        return watch_of(pid)

    LocalSpawner(dispatcher, DirectLauncher(watch_of=slow)).spawn(shell("exit 0"), owner)
    entered.wait()
    beat = threading.Event()
    dispatcher.call_soon(beat.set)
    assert beat.wait(5)
    assert not owner.heard
    gate.set()
    owner.wait_for("closed")


def test_a_closed_dispatcher_is_said_at_once(owner, shell):
    dispatcher = LoopDispatcher()
    spawner = LocalSpawner(dispatcher)
    dispatcher.close()
    with pytest.raises(DispatcherClosed):
        spawner.spawn(shell("exit 0"), owner)
    assert not spawner._children


@pytest.mark.parametrize("disposition", ["ignored", "stolen"])
def test_a_host_that_ignores_or_reaps_its_children_still_hears_of_the_end(
    start, shell, disposition
):
    def steal(*_):
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG) == (0, 0):
                    return
            except ChildProcessError:
                return

    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN if disposition == "ignored" else steal)
    try:
        owner = start(shell("read x; exit 3"))
        owner.do("close_stdin")
        owner.wait_for("closed")
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert owner.status in (ExitStatus(), ExitStatus(code=3))


def test_a_storm_of_starts_and_stops_leaves_an_idle_host(dispatcher, spawner, shell):
    chance = random.Random(7)
    owners = [Owner(dispatcher) for _ in range(60)]
    for one in owners:
        one.child = spawner.spawn(shell("exec sleep 600"), one)
        if chance.random() < 0.5:
            one.wait_for("spawned")
        one.do("stop", busy=chance.random() < 0.5)
    for one in owners:
        one.do("stop", busy=True)
        one.wait_until(lambda one=one: {"closed", "spawn_failed"} & {*one.heard})
    begin = time.process_time()
    time.sleep(0.3)  # not to synchronise: to measure that nothing spins
    assert time.process_time() - begin < 0.05


HOST = """
import atexit, os, sys, time
from greenroom.runtime.dispatcher import LoopDispatcher
from greenroom.runtime.process.direct_launcher import DirectLauncher
from greenroom.runtime.process import BRUTAL_KILL, LocalSpawner, SpawnSpec
import threading

class Owner:
    def __init__(self): self.up, self.down = threading.Event(), threading.Event()
    def on_spawned(self, child): self.child = child; self.up.set()
    def on_stdout(self, data): pass
    def on_stdout_end(self): pass
    def on_exit(self, status): self.status = status
    def on_closed(self): self.down.set()

dispatcher = LoopDispatcher()
spawner = LocalSpawner(dispatcher)
def start(script):
    owner = Owner()
    spawner.spawn(SpawnSpec(("/bin/sh", "-c", script), {"PATH": os.environ["PATH"]}, "/"), owner)
    assert owner.up.wait(10)
    return owner
"""


def test_the_end_of_the_interpreter_can_take_all_children_along(run_host):
    code = HOST + (
        "atexit.register(spawner.close)\n"
        "script = \"trap '' TERM; while :; do sleep 60; done\"\n"
        "print(*[start(script).child.pid for _ in range(8)])\n"
    )
    pids = [int(pid) for pid in run_host(code).split()]
    assert len(pids) == 8
    assert not any(is_alive(pid) for pid in pids)


def test_a_fork_of_the_host_neither_kills_nor_reaps(run_host):
    code = HOST + (
        "import signal, warnings\n"
        "warnings.simplefilter('ignore', DeprecationWarning)\n"
        "owner = start('read x; exit 5')\n"
        "copy = os.fork()\n"
        "if not copy:\n"
        "    leader = owner.child.leader\n"
        "    spawner.close()\n"
        "    leader.kill_tree()\n"
        "    told = leader.signal(signal.SIGKILL), leader.reap(), leader.has_ended()\n"
        "    os._exit(0 if told == (False, (None, None), True) else 1)\n"
        "assert os.waitpid(copy, 0)[1] == 0\n"
        "assert not owner.down.is_set()\n"
        "dispatcher.call_soon(owner.child.close_stdin)\n"
        "assert owner.down.wait(10)\n"
        "print(owner.status.code)\n"
        "spawner.close()\n"
        "dispatcher.close()\n"
    )
    assert run_host(code) == "5\n"


def test_a_fork_of_the_host_keeps_no_pipe_open(run_host):
    code = HOST + (
        "import signal, warnings\n"
        "warnings.simplefilter('ignore', DeprecationWarning)\n"
        "owner = start('read x; exit 5')\n"
        "copy = os.fork()\n"
        "if not copy:\n"
        "    time.sleep(60)\n"
        "    os._exit(0)\n"
        "dispatcher.call_soon(owner.child.close_stdin)\n"
        "ended = owner.down.wait(10)\n"
        "os.kill(copy, signal.SIGKILL)\n"
        "os.waitpid(copy, 0)\n"
        "print(ended, owner.status.code)\n"
        "spawner.close()\n"
        "dispatcher.close()\n"
    )
    assert run_host(code) == "True 5\n"
