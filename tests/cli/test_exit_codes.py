"""Every outcome has its exit code, and the help names them all."""

import pytest

from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.verdicts import exit_code_of, exit_code_of_outcome
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Wait
from greenroom.values import errors, outcomes
from greenroom.values.deadlines import Phase
from greenroom_protocol import LocalProtocolError

BY_OUTCOME = {
    outcomes.Completed(turn_id="t", session_id=None, text=""): ExitCode.OK,
    outcomes.AuthenticationFailed("x"): ExitCode.UNAVAILABLE,
    outcomes.RateLimited("x"): ExitCode.TRY_AGAIN,
    outcomes.LimitReached("x", limit="turns"): ExitCode.FAILED,
    outcomes.Rejected("x"): ExitCode.FAILED,
    outcomes.Refused("x"): ExitCode.FAILED,
    outcomes.ApiFailed("x", status=529): ExitCode.TRY_AGAIN,
    outcomes.SchemaFailed("x"): ExitCode.FAILED,
    outcomes.Truncated("x"): ExitCode.FAILED,
    outcomes.Crashed("x"): ExitCode.FAILED,
    outcomes.Interrupted("x"): ExitCode.FAILED,
    outcomes.Cancelled("x"): ExitCode.FAILED,
    outcomes.TimedOut("x", phase=Phase.TOTAL, seconds=1): ExitCode.TIMED_OUT,
    outcomes.StartFailed("x"): ExitCode.FAILED,
}


@pytest.mark.parametrize(
    ("outcome", "code"), BY_OUTCOME.items(), ids=lambda one: type(one).__name__
)
def test_an_outcome_has_its_exit_code(outcome, code):
    assert exit_code_of(outcome) is code


def test_no_outcome_is_forgotten():
    assert {type(outcome) for outcome in BY_OUTCOME} == set(outcomes.OUTCOMES)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (outcomes.ApiFailed("x", retryable=False), ExitCode.FAILED),
        (outcomes.StartFailed("x", code="cli_not_found"), ExitCode.UNAVAILABLE),
        (outcomes.StartFailed("x", code="bad_configuration"), ExitCode.CONFIGURATION),
        (outcomes.Crashed("x", code="internal_error"), ExitCode.INTERNAL),
        (errors.CliNotFoundError("x"), ExitCode.UNAVAILABLE),
        (errors.ConfigurationError("x"), ExitCode.CONFIGURATION),
        (errors.SessionStoppedError("x"), ExitCode.FAILED),
        (LocalProtocolError("x"), ExitCode.USAGE),
    ],
)
def test_an_error_that_is_finer_than_its_class_has_a_finer_code(error, code):
    assert exit_code_of(error) is code


def test_a_signal_decides_unless_the_answer_is_complete():
    completed, *_ = BY_OUTCOME
    assert exit_code_of_outcome(outcomes.Cancelled("x"), 2) == ExitCode.INTERRUPTED
    assert exit_code_of_outcome(outcomes.Crashed("x"), 15) == ExitCode.TERMINATED
    assert exit_code_of_outcome(completed, 2) == ExitCode.OK


def test_the_help_names_every_exit_code(run_here):
    said = run_here("--help").out
    for code in ExitCode:
        assert f"{code.value:>3}  {code.meaning}" in said


def test_a_limit_that_resets_ends_with_75(run_greenroom, simulator):
    installed = simulator(Scenario(turns=[[ApiError(429, "rate_limit", "too fast")]]))
    done = run_greenroom("ask", "--executable", installed.path, "x")
    assert done.code == 75
    assert done.err.splitlines()[0] == "error: too fast"


def test_a_missing_binary_ends_with_69(run_here, tmp_path):
    done = run_here("ask", "--executable", tmp_path / "nowhere", "x")
    assert (done.code, done.out) == (69, "")
    assert "greenroom doctor" in done.err


def test_a_deadline_ends_with_124(run_greenroom, simulator):
    installed = simulator(Scenario(turns=[[Wait()]]))
    done = run_greenroom("ask", "--timeout", "0.5", "--executable", installed.path, "x")
    assert done.code == 124


def test_a_wrong_configuration_ends_with_78(run_here, tmp_path):
    (tmp_path / "config.toml").write_text('[options]\nmodle = "x"\n')
    done = run_here("ask", "x", GREENROOM_HOME=str(tmp_path))
    assert done.code == 78
    assert "did you mean 'model'?" in done.err


def test_two_accounts_end_with_78_before_anything_is_started(run_here, simulator):
    installed = simulator()
    other = {"CLAUDE_CODE_OAUTH_TOKEN": "canary-oauth-token"}
    done = run_here("ask", "--executable", installed.path, "x", **other)
    assert done.code == 78
    assert "ANTHROPIC_API_KEY and CLAUDE_CODE_OAUTH_TOKEN" in done.err
    assert "canary" not in done.err
    assert installed.launches() == ()
