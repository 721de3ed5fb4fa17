"""`greenroom tell`: prompts, answers and exit codes."""

import json
import os
import signal
import subprocess
import sys

import pytest

from greenroom.agents.turn_report import TurnReport, TurnTrouble
from greenroom.cli.agents.tell import exit_code_of_report
from greenroom.cli.exit_codes import ExitCode
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Deltas, Text, Wait
from tests.agents.host_process import PATIENCE_SECONDS


def test_a_prompt_may_come_from_stdin(up, fleet_file):
    host = up(fleet_file())
    told = host.run("tell", "a", "Review this:", "-", input="a diff")
    assert told.stdout == "You said: Review this:\n\na diff\n"


def test_an_answer_as_one_object_says_all(up, fleet_file):
    host = up(fleet_file())
    told = host.run("tell", "a", "--json", "hello")
    assert told.stdout.count("\n") == 1
    answer = json.loads(told.stdout)
    assert (answer["agent"], answer["outcome"], answer["ok"]) == ("a", "completed", True)
    assert (answer["text"], answer["error"], answer["exit_code"]) == ("You said: hello", None, 0)
    assert answer["session_id"]


def test_a_turn_that_fails_ends_as_ask_would(up, fleet_file):
    limited = Scenario(turns=[[ApiError(429, "rate_limit", "too fast")]])
    host = up(fleet_file(a=limited))
    told = host.run("tell", "a", "hello")
    assert told.returncode == 75
    assert told.stderr.splitlines()[0] == "error: too fast"


def test_text_is_printed_as_it_comes_and_ctrl_c_leaves_the_turn_to_go_on(
    up, fleet_file, eventually
):
    host = up(fleet_file(a=Scenario(turns=[[Deltas(["begun"]), Wait(0.5), Text("ended")]])))
    with subprocess.Popen(
        [sys.executable, "-m", "greenroom", "tell", "a", "hello"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=host.file.parent,
        env=host.environment,
    ) as client:
        assert os.read(client.stdout.fileno(), 100) == b"begun"
        client.send_signal(signal.SIGINT)
        _, said = client.communicate(timeout=PATIENCE_SECONDS)
    assert client.returncode == 130
    assert b"the turn of a goes on" in said
    eventually(lambda: json.loads(host.run("status", "--json").stdout)["agents"][0]["turns"] == 1)


def test_an_agent_nobody_knows_is_a_usage_error(up, fleet_file):
    host = up(fleet_file())
    for arguments in (["tell", "b", "x"], ["restart", "b"], ["stop", "b"]):
        done = host.run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "error: there is no agent 'b'; there are a\n"


REPORTS = {
    "completed": ExitCode.OK,
    "rate_limited": ExitCode.TRY_AGAIN,
    "timed_out": ExitCode.TIMED_OUT,
    "authentication_failed": ExitCode.UNAVAILABLE,
    "crashed": ExitCode.FAILED,
    "a_word_of_the_future": ExitCode.FAILED,
}


@pytest.mark.parametrize(("outcome", "code"), REPORTS.items())
def test_a_report_has_the_exit_code_of_its_outcome(outcome, code):
    trouble = TurnTrouble(code=outcome, category="x", message="x")
    done = outcome == "completed"
    report = TurnReport(agent="a", outcome=outcome, ok=done, error=None if done else trouble)
    assert exit_code_of_report(report) is code


@pytest.mark.parametrize(
    ("outcome", "code", "retryable", "exit_code"),
    [
        ("api_failed", "overloaded", True, ExitCode.TRY_AGAIN),
        ("api_failed", "api_failed", False, ExitCode.FAILED),
        ("start_failed", "cli_not_found", False, ExitCode.UNAVAILABLE),
        ("crashed", "internal_error", False, ExitCode.INTERNAL),
    ],
)
def test_a_finer_word_has_a_finer_code(outcome, code, retryable, exit_code):
    trouble = TurnTrouble(code=code, category="x", message="x", retryable=retryable)
    report = TurnReport(agent="a", outcome=outcome, ok=False, error=trouble)
    assert exit_code_of_report(report) is exit_code
