"""Ways to notice an exit: whatever the system offers, the same answers."""

from __future__ import annotations

import errno
import os
import platform
import select
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from greenroom.runtime.process.exit_by_pidfd import PidfdWatch
from greenroom.runtime.process.exit_by_thread import ThreadWatch
from greenroom.runtime.process.exit_status import ExitStatus
from greenroom.runtime.process.exit_watch import choose_exit_watch
from tests.process.proc import state_of

KERNEL = tuple(int(number) for number in platform.release().split("-")[0].split(".")[:2])


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
    watch.start(manual, lambda: told.append(state_of(sleeper.pid)))
    assert not watch.has_ended()
    sleeper.kill()
    manual.run_until(lambda: told)
    manual.run_until_idle()
    assert told == ["Z"]
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
    assert watch.reap() == ExitStatus()
    with pytest.raises(ProcessLookupError):
        watch.signal(15)


@pytest.fixture
def couple():
    """A leader and a member of its process group."""
    popen = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 600 & echo $!; exec sleep 600"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with popen.stdout:
        member = int(popen.stdout.readline())
    yield popen, member
    with suppress(ProcessLookupError):
        os.kill(member, signal.SIGKILL)


def test_the_group_is_killed_whole(couple, watch_of, wait_for_death):
    leader, member = couple
    watch = watch_of(leader.pid)
    watch.kill_group()
    assert watch.reap() == ExitStatus(signal=9)
    wait_for_death(member)
    with pytest.raises(ProcessLookupError):
        watch.signal(15)
    watch.stop()
    leader.returncode = 0  # reaped by the watch


def steal(leader):
    leader.kill()
    leader.wait()


@pytest.mark.skipif(KERNEL < (6, 9), reason="pidfds know groups from Linux 6.9 on")
def test_a_pidfd_reaches_the_group_even_of_a_stolen_leader(couple, wait_for_death):
    leader, member = couple
    watch = PidfdWatch(leader.pid)
    steal(leader)
    watch.kill_group()
    wait_for_death(member)
    watch.stop()


@pytest.fixture
def older_linux(monkeypatch):
    """A kernel whose pidfds know no groups."""
    real = signal.pidfd_send_signal

    def send(fd, number, info=None, flags=0):
        if flags:
            raise OSError(errno.EINVAL, "flags")
        real(fd, number, info, flags)

    monkeypatch.setattr(signal, "pidfd_send_signal", send)


def test_an_older_kernel_kills_the_group_by_number(older_linux, couple, watch_of, wait_for_death):
    leader, member = couple
    watch = watch_of(leader.pid)
    watch.kill_group()
    wait_for_death(member)
    watch.reap()
    watch.stop()
    leader.returncode = 0  # reaped by the watch


def test_a_number_that_may_be_anybodys_is_left_alone(older_linux, couple, watch_of, eventually):
    leader, member = couple
    watch = watch_of(leader.pid)
    steal(leader)
    watch.kill_group()
    os.kill(member, signal.SIGSTOP)  # what was killed does not stop
    eventually(lambda: state_of(member) == "T")
    watch.stop()


def test_a_system_without_pidfds_is_served_by_threads(monkeypatch):
    if sys.platform == "linux":
        monkeypatch.setattr(os, "pidfd_open", refuse)
    else:
        monkeypatch.delattr(select, "kqueue")
    assert choose_exit_watch() is ThreadWatch


def refuse(*_):
    raise PermissionError(1, "forbidden by a sandbox")
