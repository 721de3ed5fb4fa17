"""A warden that is killed or stopped: its host ends what it watched over, and nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

import pytest

from greenroom.runtime.process import (
    BestLauncher,
    Containment,
    ExitStatus,
    SpawnError,
    SpawnFault,
    WardenLost,
)
from greenroom.runtime.warden.kinship import children_of
from tests.process.owner import Owner
from tests.process.proc import is_alive, running


@pytest.fixture(name="lose")
def _lose(wait_for_death):
    """Kill a warden, and wait until it has ended."""

    def lose(pid):
        os.kill(pid, signal.SIGKILL)
        wait_for_death(pid)

    return lose


def test_nothing_is_written_where_the_host_works(warden, lose, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = warden.launch(shell("read line"))
    lose(warden.warden_pid)
    second = warden.launch(shell("read line"))
    assert not [*tmp_path.iterdir()]
    first.destroy()
    second.destroy()


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL], ids=["stopped", "killed"])
def test_closing_ends_what_a_warden_that_was_stopped_or_killed_left_alive(warden, spec, number):
    leader = warden.launch(spec("/bin/sleep", "60"))
    os.kill(warden.warden_pid, number)
    warden.close()
    assert not is_alive(leader.pid)
    assert not is_alive(warden.warden_pid)
    leader.destroy()
    assert isinstance(leader.fault, WardenLost)


def test_what_was_required_is_not_waived_when_no_other_warden_can_be_had(lose, spec, monkeypatch):
    launcher = BestLauncher(Containment.WARDEN)
    leader = launcher.launch(spec("/bin/sleep", "60"))
    lose(launcher._launcher.warden_pid)
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    with pytest.raises(SpawnError, match=r"'warden' is required.*no more than 'sweep'"):
        launcher.launch(spec("/bin/sleep", "60"))
    launcher.close()
    assert not is_alive(leader.pid)
    leader.destroy()


def test_agents_of_a_lost_warden_are_killed_with_all_they_started(runaway, warden, token):
    owners = [runaway(), runaway()]
    os.kill(warden.warden_pid, signal.SIGKILL)
    for owner in owners:
        owner.wait_for("exit")
        assert owner.status == ExitStatus()
        assert isinstance(owner.child.fault, WardenLost)
    assert not running(token)
    for owner in owners:
        owner.wait_for("closed")


def test_a_lost_warden_is_replaced_at_the_next_start(start, shell, warden):
    owner = start(shell("read line"))
    lost = warden.warden_pid
    os.kill(lost, signal.SIGKILL)
    owner.wait_for("closed")
    after = start(shell("exit 5")).wait_for("closed")
    assert (after.status, after.child.fault) == (ExitStatus(code=5), None)
    assert warden.warden_pid != lost


def test_a_start_under_way_when_the_warden_is_lost_fails_or_is_ended(
    dispatcher, spawner, shell, warden, start
):
    start(shell("read line"))
    owners = [Owner(dispatcher) for _ in range(20)]
    for one in owners:
        spawner.spawn(shell("read line"), one)
    os.kill(warden.warden_pid, signal.SIGKILL)
    for one in owners:
        one.wait_until(lambda one=one: one.heard)
        if one.error is None:
            one.do("stop")
            one.wait_for("closed")
        else:
            assert one.error.retryable


# --- a birth under way --------------------------------------------------------------------------


class SlowProgram:
    """A program that the kernel cannot open: a lease on its file keeps whoever tries waiting.

    Attributes:
        path: the file.
        is_awaited: whether a process is about to run it.
    """

    def __init__(self, path):
        self.path = Path(shutil.copy("/bin/sleep", path))
        self.is_awaited = False
        self._before = signal.signal(signal.SIGIO, self._asked_for)
        self._fd = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.fcntl(self._fd, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError as error:
            self.close()
            pytest.skip(f"no file may be leased here: {error}")

    def _asked_for(self, *_):
        self.is_awaited = True

    def close(self):
        os.close(self._fd)
        signal.signal(signal.SIGIO, self._before)


@pytest.fixture(name="slow_program")
def _slow_program(tmp_path):
    program = SlowProgram(tmp_path / "sleep")
    yield program
    program.close()


def test_a_process_whose_birth_was_not_told_yet_is_gone_when_its_start_has_failed(
    warden, lose, slow_program, spec, eventually
):
    warden.start()
    errors = []

    def launch():
        with pytest.raises(SpawnError) as caught:
            warden.launch(spec(str(slow_program.path), "60"))
        errors.append((caught.value.fault, is_alive(unborn)))

    thread = threading.Thread(target=launch)
    thread.start()
    eventually(lambda: slow_program.is_awaited)
    [unborn] = children_of(warden.warden_pid)
    assert is_alive(unborn)
    lose(warden.warden_pid)
    thread.join()
    assert errors == [(SpawnFault.BUSY, False)]
