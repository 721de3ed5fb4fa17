"""Ways to notice an exit: whatever the system offers, the same answers."""

from __future__ import annotations

import os
import select
import subprocess
import sys

import pytest

from greenroom.runtime.process.exit_by_thread import ThreadWatch
from greenroom.runtime.process.exit_status import ExitStatus
from greenroom.runtime.process.exit_watch import choose_exit_watch


@pytest.fixture
def sleeper():
    popen = subprocess.Popen(["/bin/sleep", "600"])
    yield popen
    if popen.returncode is None:
        popen.kill()
        popen.wait()


@pytest.fixture
def watch(sleeper, watch_of):
    watch = watch_of(sleeper.pid)
    yield watch
    watch.stop()
    sleeper.returncode = 0  # reaped by the watch


def test_the_end_is_told_once_and_the_zombie_kept(manual, sleeper, watch):
    told = []
    watch.start(manual, lambda: told.append(watch.is_ours()))
    assert not watch.has_ended()
    sleeper.kill()
    manual.run_until(lambda: told)
    manual.run_until_idle()
    assert told == [True]
    assert watch.reap() == ExitStatus(signal=9)


def test_an_end_before_the_watching_is_told_too(manual, sleeper, watch):
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    told = []
    watch.start(manual, lambda: told.append(1))
    manual.run_until(lambda: told)
    assert watch.reap() == ExitStatus(signal=9)


def test_a_stolen_zombie_is_known_as_such(sleeper, watch):
    sleeper.kill()
    os.waitpid(sleeper.pid, 0)
    assert watch.has_ended()
    assert not watch.is_ours()
    assert watch.reap() == ExitStatus()
    with pytest.raises(ProcessLookupError):
        watch.signal(15)


def test_a_system_without_pidfds_is_served_by_threads(monkeypatch):
    if sys.platform == "linux":
        monkeypatch.setattr(os, "pidfd_open", refuse)
    else:
        monkeypatch.delattr(select, "kqueue")
    assert choose_exit_watch() is ThreadWatch


def refuse(*_):
    raise PermissionError(1, "forbidden by a sandbox")
