"""Real, tiny children, and an owner that remembers what it heard."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from greenroom.runtime.dispatcher import LoopDispatcher, ManualDispatcher
from greenroom.runtime.process import LocalSpawner, SpawnSpec
from greenroom.runtime.process.broom import choose_brooms
from greenroom.runtime.process.direct_launcher import DirectLauncher
from greenroom.runtime.process.exit_by_thread import ThreadWatch
from greenroom.runtime.process.exit_watch import choose_exit_watch
from greenroom.runtime.process.warden_launcher import WardenLauncher
from tests.patience import PATIENCE_SECONDS
from tests.process import proc
from tests.process.owner import Owner
from tests.process.stage import Stage


def _spec(*argv, env=None, cwd="/", **kwargs):
    return SpawnSpec(argv, {"PATH": os.environ["PATH"], **(env or {})}, cwd, **kwargs)


def _python(code, *args, **kwargs):
    return _spec(sys.executable, "-I", "-S", "-u", "-c", code, *args, **kwargs)


def _shell(script, **kwargs):
    return _spec("/bin/sh", "-c", script, **kwargs)


@pytest.fixture
def spec():
    return _spec


@pytest.fixture
def python():
    return _python


@pytest.fixture
def shell():
    return _shell


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Compare descriptors, children (zombies too) and threads before and after every test."""
    before = proc.descriptors(), proc.children(), threading.active_count()
    yield
    deadline = time.monotonic() + 5
    while (now := (proc.descriptors(), proc.children(), threading.active_count())) != before:
        if time.monotonic() > deadline:
            pytest.fail(f"left behind: {before} became {now}")
        time.sleep(0.005)


@pytest.fixture
def dispatcher(nothing_left_behind):
    dispatcher = LoopDispatcher(name="test")
    yield dispatcher
    dispatcher.close()


@pytest.fixture
def manual(nothing_left_behind):
    dispatcher = ManualDispatcher()
    yield dispatcher
    dispatcher.close()


@pytest.fixture(params=["best", "thread"])
def watch_of(request):
    return choose_exit_watch() if request.param == "best" else ThreadWatch


LAUNCHERS = {
    "pidfd": DirectLauncher,
    "thread": lambda: DirectLauncher(watch_of=ThreadWatch),
    "sweep": lambda: DirectLauncher(brooms=choose_brooms()),
    "warden": WardenLauncher,
}


@pytest.fixture(params=LAUNCHERS)
def launcher(request):
    return LAUNCHERS[request.param]()


@pytest.fixture
def spawner(dispatcher, launcher):
    spawner = LocalSpawner(dispatcher, launcher)
    yield spawner
    spawner.close()
    deadline = time.monotonic() + 5
    while spawner._children and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.fixture
def start(dispatcher, spawner):
    """Spawn, wait until it runs, and return its owner."""

    def start(spec):
        owner = Owner(dispatcher)
        spawner.spawn(spec, owner)
        return owner.wait_for("spawned")

    return start


@pytest.fixture
def owner(dispatcher):
    return Owner(dispatcher)


@pytest.fixture
def stage(manual, launcher):
    stage = Stage(manual, launcher)
    yield stage
    stage.end()
    stage.spawner.close()


@pytest.fixture
def wait_for_death(eventually):
    """Wait until none of these processes runs any more."""

    def wait(*pids):
        eventually(lambda: not any(map(proc.is_alive, pids)), says=f"{pids} have ended")

    return wait


@pytest.fixture
def run_host():
    """Run code as a host process of its own; return what it printed. It must end well.

    ``under`` is a command that is to run it.
    """

    def run(code, *args, under=()):
        done = subprocess.run(
            [*under, sys.executable, "-I", "-X", "dev", "-W", "error", "-c", code, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        return done.stdout

    return run
