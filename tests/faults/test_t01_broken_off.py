"""T1: the process breaks off in the middle: killed, or gone with exit code 0."""

import signal

import pytest

from greenroom import Completed, Crashed, Interrupted, Truncated
from greenroom.testing.scenario import Exit, Half, Kill, Result, Text, ToolUse

BROKEN = {
    "in the middle of a line": (Text("so far"), Half(keep=0.7)),
    "after a whole frame": (Text("so far"),),
    "in the middle of a tool call": (Text("so far"), ToolUse("Bash", {"command": "ls"})),
    "in the middle of the result": (Text("so far"), Half(keep=0.99)),
}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM])
@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN)
def test_a_killed_process_is_a_crash_that_keeps_what_came_before(scene, steps, number):
    session = scene.play([*steps, Kill(number.name)])
    turn = scene.ask(session)
    outcome = scene.outcome(turn, within=5)
    expected = (None, number) if number is not signal.SIGTERM else (143, None)
    assert isinstance(outcome, Crashed)
    assert (outcome.exit_code, outcome.signal) == expected
    assert turn.collect().text == "so far"


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN)
def test_a_clean_exit_without_a_whole_result_is_truncated_and_never_a_success(scene, steps):
    outcome = scene.outcome(scene.ask(scene.play([*steps, Exit(0)])), within=5)
    assert isinstance(outcome, Truncated)
    assert bool(outcome.bytes_lost) is any(isinstance(step, Half) for step in steps)


def test_the_bytes_of_a_cut_line_are_counted(scene):
    outcome = scene.outcome(scene.ask(scene.play([Half(keep=0.9), Exit(0)])), within=5)
    assert outcome.bytes_lost > 100
    assert str(outcome.bytes_lost) in str(outcome)


@pytest.mark.parametrize("code", [1, 3, 137])
def test_an_exit_code_without_a_result_is_a_crash(scene, code):
    outcome = scene.outcome(scene.ask(scene.play([Text("so far"), Exit(code)])), within=5)
    assert (type(outcome), outcome.exit_code) == (Interrupted, code)


@pytest.mark.parametrize("ending", [Exit(0), Exit(1), Kill("SIGKILL")], ids=repr)
def test_a_result_stands_whatever_the_process_does_next(scene, ending):
    outcome = scene.outcome(scene.ask(scene.play([Text("done"), Result(), ending])), within=5)
    assert (type(outcome), outcome.text) == (Completed, "done")


def test_turns_that_wait_run_in_the_next_process_and_none_is_sent_twice(scene):
    session = scene.play([Text("so far"), Half(), Kill("SIGKILL")])
    first, *waiting = [scene.ask(session, f"prompt {n}") for n in range(4)]
    assert isinstance(scene.outcome(first, within=5), Crashed)
    texts = [scene.outcome(turn, within=5).text for turn in waiting]
    assert texts == [f"You said: prompt {n}" for n in (1, 2, 3)]
    prompts = [len(record.prompts) for record in session.simulator.launches()]
    assert prompts == [1, 3]
