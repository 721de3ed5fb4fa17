"""Real, tiny children, and an owner that remembers what it heard."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from greenroom.runtime.dispatcher import LoopDispatcher, ManualDispatcher
from greenroom.runtime.process import BRUTAL_KILL, LocalSpawner, SpawnSpec
from greenroom.runtime.process.broom import choose_brooms
from greenroom.runtime.process.direct_launcher import DirectLauncher
from greenroom.runtime.process.exit_by_thread import ThreadWatch
from greenroom.runtime.process.exit_watch import choose_exit_watch
from greenroom.runtime.process.warden_launcher import WardenLauncher

PATIENCE_SECONDS = 20.0


class Owner:
    """A `ChildHandler` that writes down what it hears."""

    def __init__(self, dispatcher):
        self.dispatcher = dispatcher
        self.heard = []
        self.stdout = bytearray()
        self.child = None
        self.error = None
        self._changed = threading.Condition()

    def _hear(self, event):
        with self._changed:
            self.heard.append(event)
            self._changed.notify_all()

    def on_spawned(self, child):
        self.child = child
        self._hear("spawned")

    def on_spawn_failed(self, error):
        self.error = error
        self._hear("spawn_failed")

    def on_stdout(self, data):
        with self._changed:
            self.stdout += data
            if self.heard[-1] != "stdout":
                self.heard.append("stdout")
            self._changed.notify_all()

    def on_stdout_end(self):
        self._hear("stdout_end")

    def on_stdin_broken(self):
        self._hear("stdin_broken")

    def on_exit(self, status):
        self.status = status
        self._hear("exit")

    def on_closed(self):
        self._hear("closed")

    def on_unkillable(self, error):
        self.error = error
        self._hear("unkillable")

    # --- for tests -----------------------------------------------------------------------

    def wait_until(self, predicate):
        """Wait until `predicate()`, which is looked at with everything that is heard."""
        with self._changed:
            assert self._changed.wait_for(predicate, PATIENCE_SECONDS), (self.heard, self.error)
        return self

    def wait_for(self, event):
        return self.wait_until(lambda: event in self.heard)

    def wait_for_stdout(self, text):
        return self.wait_until(lambda: text in self.stdout)

    def do(self, name, *args, **kwargs):
        """Call a method of the child on the dispatcher; return or raise what it does."""
        return self.run(lambda: getattr(self.child, name)(*args, **kwargs))

    def run(self, call):
        """Call it on the dispatcher; return or raise what it does."""
        return run_on(self.dispatcher, call)


def run_on(dispatcher, call):
    done = threading.Event()
    outcome = []

    def run():
        try:
            outcome.append((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.append((None, error))
        done.set()

    dispatcher.call_soon(run)
    assert done.wait(PATIENCE_SECONDS)
    result, error = outcome[0]
    if error is not None:
        raise error
    return result


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


def _descriptors():
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own descriptor
            found.add((int(link.name), str(link.readlink())))
    return found


def _children():
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found |= set((task / "children").read_text().split())
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Compare descriptors, children (zombies too) and threads before and after every test."""
    before = _descriptors(), _children(), threading.active_count()
    yield
    deadline = time.monotonic() + 5
    while (now := (_descriptors(), _children(), threading.active_count())) != before:
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


class Stage:
    """Children on a manual dispatcher: real processes, virtual time."""

    def __init__(self, dispatcher, launcher):
        self.dispatcher = dispatcher
        self.spawner = LocalSpawner(dispatcher, launcher, patience=0)
        self.advance = dispatcher.advance
        self.run_until = dispatcher.run_until

    def spawn(self, spec):
        owner = Owner(self.dispatcher)
        owner.child = self.spawner.spawn(spec, owner)
        return owner

    def spawn_with_free_descriptors(self, free, spec):
        """Spawn while only `free` descriptors may be opened."""
        used = {fd for fd, _ in _descriptors()}
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = next(n for n in range(soft) if n - len([fd for fd in used if fd < n]) == free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        try:
            return self.spawn(spec)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def run_until_heard(self, owner, event):
        self.run_until(lambda: event in owner.heard)
        return owner

    def end(self):
        for child in tuple(self.spawner._children):
            child.stop(BRUTAL_KILL)
        self.run_until(lambda: all(child.status for child in self.spawner._children))
        self.advance(1)
        assert not self.spawner._children


@pytest.fixture
def stage(manual, launcher):
    stage = Stage(manual, launcher)
    yield stage
    stage.end()
    stage.spawner.close()


@pytest.fixture
def eventually():
    """Wait for what nobody announces."""

    def wait(predicate):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not predicate():
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.002)

    return wait


def _state_of(pid):
    """Return the letter that stands for a process's state; None when there is no process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # before it was opened, or after
        return None


def _is_alive(pid):
    return _state_of(pid) not in (None, "Z")


@pytest.fixture
def state_of():
    return _state_of


@pytest.fixture
def wait_for_death():
    """Wait until none of these processes runs any more."""

    def wait(*pids):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(_is_alive(pid) for pid in pids):
            assert time.monotonic() < deadline, f"{pids} still run"
            time.sleep(0.002)

    return wait


@pytest.fixture
def is_alive():
    return _is_alive


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
