"""Stopping: the ladder against real children, under virtual time."""

from __future__ import annotations

import os
import signal

import pytest

from greenroom.runtime.process import BRUTAL_KILL, ExitStatus, StopLadder
from tests.process.proc import state_of

IGNORES_EOF = "echo ready; exec sleep 600"
IGNORES_ALL = "trap '' TERM; echo ready; while :; do sleep 600; done"


@pytest.fixture
def ready(stage, shell):
    """Spawn a shell script and run until it says that it is ready."""

    def run(script):
        owner = stage.spawn(shell(script))
        stage.run_until(lambda: b"ready" in owner.stdout)
        return owner

    return run


def test_a_polite_child_ends_by_itself_at_the_end_of_its_input(stage, ready):
    owner = ready("echo ready; cat; exit 5")
    owner.child.stop()
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(code=5)
    stage.advance(60)
    assert "unkillable" not in owner.heard


def test_what_was_written_before_the_stop_is_still_delivered(stage, ready):
    owner = ready("echo ready; cat")
    owner.child.write(b"last " * 100_000)
    owner.child.stop()
    stage.run_until_heard(owner, "exit")
    assert owner.stdout == b"ready\n" + b"last " * 100_000


def test_a_child_that_ignores_the_end_of_input_is_terminated_after_two_seconds(stage, ready):
    owner = ready(IGNORES_EOF)
    owner.child.stop()
    stage.advance(1.99)
    assert owner.child.send_signal(0)
    stage.advance(0.01)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGTERM)


def test_a_busy_child_is_terminated_at_once(stage, ready):
    owner = ready(IGNORES_EOF)
    owner.child.stop(busy=True)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGTERM)


def test_a_busy_child_that_ignores_the_signal_still_sees_the_end_of_its_input(stage, ready):
    owner = ready("trap '' TERM; echo ready; cat; exit 6")
    owner.child.stop(busy=True)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(code=6)


def test_a_child_that_ignores_all_is_killed_with_its_group(stage, ready, wait_for_death):
    owner = ready("trap '' TERM; sleep 600 & echo $!; echo ready; while :; do sleep 600; done")
    owner.child.stop()
    stage.advance(2.0)
    stage.advance(4.99)
    assert owner.child.send_signal(0)
    stage.advance(0.01)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGKILL)
    wait_for_death(int(owner.stdout.split()[0]))


def test_a_stopped_child_is_continued_so_that_it_sees_the_signal(stage, ready):
    owner = ready(IGNORES_EOF)
    owner.child.send_signal(signal.SIGSTOP)
    stage.run_until(lambda: state_of(owner.child.pid) == "T")
    owner.child.stop(busy=True)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGTERM)


def test_only_the_leader_is_asked_to_terminate(stage, python):
    tool = "import os, signal; signal.signal(signal.SIGTERM, lambda *_: os.write(1, b'tool')); "
    code = (
        "import os, signal, subprocess, sys\n"
        "def bye(*_): os.write(1, b'leader'); os._exit(0)\n"
        "signal.signal(signal.SIGTERM, bye)\n"
        f"code = {tool!r} + 'os.write(1, b\"ready \"); signal.pause()'\n"
        "subprocess.Popen([sys.executable, '-I', '-S', '-c', code])\n"
        "while True: signal.pause()\n"
    )
    owner = stage.spawn(python(code))
    stage.run_until(lambda: b"ready" in owner.stdout)
    owner.child.stop(busy=True)
    stage.run_until_heard(owner, "exit")
    assert owner.stdout == b"ready leader"


def test_stdout_is_drained_while_the_child_says_goodbye(stage, python):
    code = (
        "import os, signal, sys\n"
        "def bye(*_): os.write(1, b'x' * 2_000_000); os._exit(3)\n"
        "signal.signal(signal.SIGTERM, bye)\n"
        "os.write(1, b'ready\\n')\n"
        "signal.pause()\n"
    )
    owner = stage.spawn(python(code))
    stage.run_until(lambda: b"ready" in owner.stdout)
    owner.child.pause_stdout()
    owner.child.stop(busy=True)
    owner.child.pause_stdout()
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(code=3)
    assert len(owner.stdout) == 2_000_006


def test_stopping_twice_is_stopping_once(stage, ready):
    owner = ready(IGNORES_EOF)
    owner.child.stop()
    stage.advance(1.5)
    owner.child.stop()
    stage.advance(0.5)
    stage.run_until_heard(owner, "exit")
    assert owner.heard.count("exit") == 1


def test_a_second_stop_can_hasten_the_first(stage, ready):
    owner = ready(IGNORES_ALL)
    owner.child.stop()
    owner.child.stop(BRUTAL_KILL)
    stage.run_until_heard(owner, "exit")
    assert owner.status == ExitStatus(signal=signal.SIGKILL)


def test_stopping_what_has_ended_does_nothing(stage, ready):
    owner = ready("echo ready")
    stage.run_until_heard(owner, "exit")
    owner.child.stop()
    stage.advance(20)
    owner.child.stop(BRUTAL_KILL)
    assert owner.heard.count("exit") == owner.heard.count("closed") == 1
    assert owner.child.send_signal(signal.SIGTERM) is False


def test_nothing_is_left_after_the_ladders_whole_time(stage, ready):
    owner = ready(IGNORES_ALL)
    ladder = StopLadder(eof_grace=0.5, term_grace=0.5)
    begin = stage.dispatcher.clock.now()
    owner.child.stop(ladder)
    stage.advance(1.0)
    stage.run_until_heard(owner, "exit")
    stage.advance(0.5)
    assert owner.heard[-1] == "closed"
    assert stage.dispatcher.clock.now() - begin <= ladder.total(busy=False)


def test_a_stop_while_starting_kills_what_was_started(stage, shell):
    owner = stage.spawn(shell("exec sleep 600"))  # it runs, and nobody on the dispatcher knows
    owner.child.stop()
    stage.run_until_heard(owner, "exit")
    assert owner.heard[0] == "spawned"
    assert owner.status == ExitStatus(signal=signal.SIGKILL)


def test_the_default_ladder_never_takes_longer_than_promised():
    assert StopLadder().total(busy=False) == 9.0
    assert StopLadder().total(busy=True) == 7.0


def test_a_child_that_survives_the_kill_is_reported_and_reaped_when_it_ends(stage, ready):
    owner = ready(IGNORES_ALL)
    owner.child.leader = Unkillable(owner.child.leader)
    owner.child.stop(BRUTAL_KILL)
    stage.advance(1.5)
    assert owner.heard[-1] == "unkillable"
    assert owner.error.pid == owner.child.pid
    os.kill(owner.child.pid, signal.SIGKILL)  # the storage is back
    stage.run_until_heard(owner, "exit")


class Unkillable:
    """The leader of a process that sits in the kernel."""

    def __init__(self, leader):
        self._leader = leader

    def __getattr__(self, name):
        return getattr(self._leader, name)

    def kill_tree(self):
        """Change nothing."""
