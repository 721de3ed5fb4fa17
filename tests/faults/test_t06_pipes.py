"""T6: pipes that end while the process lives, and pipes that live on while it is gone."""

import os
import signal
import sys

import pytest

from greenroom import Completed, Crashed, Interrupted
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    CloseStdin,
    CloseStdout,
    Exit,
    Permission,
    Result,
    Text,
    ToolUse,
    Turn,
    Wait,
)

EOF_GRACE = 1.0
DRAIN = 0.2
"""As the ladder of the scene has it."""
UNWILLING = {"on_eof": "ignore", "on_sigterm": "ignore", "on_interrupt": "ignore"}


@pytest.mark.parametrize("rest", [{}, UNWILLING], ids=["willing", "unwilling"])
def test_a_process_without_a_stdout_is_given_a_grace_and_stopped(scene, rest):
    session = scene.play(Scenario(turns=[[Text("so far"), CloseStdout(), Wait()]], **rest))
    outcome = scene.outcome(scene.ask(session), within=EOF_GRACE + 2.5)
    assert (type(outcome), outcome.code) == (Interrupted, "stdout_closed")


def test_a_result_before_the_end_of_stdout_stands(scene):
    session = scene.play([Text("done"), Result(), CloseStdout(), Wait()])
    outcome = scene.outcome(scene.ask(session), within=1)
    assert (type(outcome), outcome.text) == (Completed, "done")
    scene.eventually(lambda: session.info.pid is None, EOF_GRACE + 1.5)


def test_a_process_that_closes_its_stdout_between_turns_is_replaced(scene):
    closing = Turn([Text("done")], after=[CloseStdout()])
    session = scene.play(Scenario(turns=[closing]))
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)
    scene.eventually(lambda: session.info.pid is None, EOF_GRACE + 1.5)
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)


def test_an_exit_within_the_grace_is_told_as_that_exit(scene):
    session = scene.play([Text("so far"), CloseStdout(), Wait(0.3), Exit(7)])
    outcome = scene.outcome(scene.ask(session), within=EOF_GRACE)
    assert (type(outcome), outcome.exit_code) == (Interrupted, 7)


def test_a_process_that_closes_its_stdin_may_finish_its_turn_and_gets_no_further_one(scene):
    session = scene.play([CloseStdin(), Text("heard you")])
    assert scene.outcome(scene.ask(session), within=5).text == "heard you"
    outcome = scene.outcome(scene.ask(session, "and this?"), within=EOF_GRACE + 2)
    assert (type(outcome), outcome.code) == (Crashed, "stdin_closed")


def test_an_answer_that_cannot_be_given_does_not_leave_the_process_waiting(scene):
    asks = [Text("so far"), ToolUse("Bash", {"command": "ls"}), CloseStdin(), Permission()]
    session = scene.play(Scenario(turns=[asks], **UNWILLING))
    outcome = scene.outcome(scene.ask(session), within=EOF_GRACE + 3)
    assert (type(outcome), outcome.code) == (Interrupted, "stdin_closed")


def test_a_process_that_closes_its_stdin_and_exits_is_told_as_that_exit(scene):
    session = scene.play(Scenario(turns=[Turn([Text("done")], after=[CloseStdin()])]))
    scene.outcome(scene.ask(session), within=5)
    pid = session.info.pid
    turn = scene.ask(session)
    os.kill(pid, signal.SIGKILL)
    outcome = scene.outcome(turn, within=EOF_GRACE)
    assert (type(outcome), outcome.signal) == (Crashed, 9)


@pytest.mark.skipif(sys.platform != "linux", reason="opens the pipe through /proc")
@pytest.mark.parametrize("whole", [True, False], ids=["after the result", "before the result"])
def test_a_pipe_that_a_stranger_holds_open_delays_nobody(scene, whole):
    """The process is gone and has no descendant; this very test holds its stdout and stderr."""
    session = scene.play([Text("so far"), *([Result()] if whole else []), Wait()])
    turn = scene.ask(session)
    frames = iter(turn)
    next(frames)
    if whole:
        scene.outcome(turn, within=5)
    pid = session.info.pid
    held = [os.open(f"/proc/{pid}/fd/{number}", os.O_WRONLY) for number in (1, 2)]
    try:
        os.kill(pid, signal.SIGKILL)
        outcome = scene.outcome(turn, within=DRAIN + 0.2)
        assert isinstance(outcome, Completed if whole else Crashed)
        scene.eventually(lambda: session.info.pid is None, DRAIN + 0.5)
        assert scene.outcome(scene.ask(session, "next"), within=5).text == "You said: next"
    finally:
        for descriptor in held:
            os.close(descriptor)
