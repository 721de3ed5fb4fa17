"""What a terminal shows: progress until the answer comes, and no text that it would obey."""

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Gate, Text, ToolResult, ToolUse

ERASE = "\r\x1b[K"


@pytest.fixture(name="slow")
def _slow(simulator):
    return simulator(Scenario(turns=[[Gate("on"), Deltas(["an\x1b]0;title\x07swer"])]]))


def test_progress_is_shown_on_stderr_and_erased_before_the_answer(
    on_terminal, slow, left_on_screen
):
    running = on_terminal("ask", "--executable", slow.path, "hello")
    running.wait_for("waiting for the model, ")
    slow.open_gate("on")
    code, said = running.end()
    assert code == 0
    before, after = said.split("answer")
    assert before.endswith(ERASE)
    assert ERASE not in after
    assert left_on_screen(said) == "answer\n"


def test_progress_names_the_tool_that_runs(on_terminal, simulator, left_on_screen):
    steps = [Text("I look."), ToolUse("Bash"), Gate("on"), ToolResult("x"), Text("I saw.")]
    installed = simulator(Scenario(turns=[steps]))
    running = on_terminal("ask", "--executable", installed.path, "hello")
    running.wait_for("running Bash, ")
    installed.open_gate("on")
    assert left_on_screen(running.end()[1]) == "I look.\n\nI saw.\n"


def test_progress_on_a_terminal_leaves_the_piped_answer_alone(on_terminal, slow):
    running = on_terminal("ask", "--executable", slow.path, "hello", stdout="pipe")
    running.wait_for("waiting for the model, ")
    slow.open_gate("on")
    assert running.end()[2] == "an\x1b]0;title\x07swer\n"


@pytest.mark.parametrize(("flags", "env"), [(["--quiet"], {}), ([], {"TERM": "dumb"})])
def test_no_progress_where_it_is_not_wanted_or_cannot_be_erased(on_terminal, slow, flags, env):
    slow.open_gate("on")
    running = on_terminal("ask", *flags, "--executable", slow.path, "hello", **env)
    assert running.end() == (0, "answer\r\n")


@pytest.mark.parametrize(
    ("flags", "env", "shown"),
    [
        ([], {}, "\x1b[31merror:\x1b[0m"),
        (["--no-color"], {}, "error:"),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, "error:"),
        ([], {"TERM": "dumb"}, "error:"),
    ],
)
def test_errors_are_coloured_where_that_is_welcome(on_terminal, tmp_path, flags, env, shown):
    running = on_terminal("ask", *flags, "--executable", tmp_path / "none", "x", **env)
    code, said = running.end()
    assert code == 69
    assert f"{shown} no usable" in said.replace(ERASE, "")


def test_colour_can_be_forced_into_a_pipe(run_here, tmp_path):
    done = run_here("ask", "--executable", tmp_path / "none", "x", FORCE_COLOR="1")
    assert done.err.startswith("\x1b[31merror:")
