"""Errors: one line, a hint, and at ``-v`` the evidence; a secret is in none of them."""

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Stderr, Text

CANARY = "sk-canary-0123456789"


@pytest.fixture(name="crash")
def _crash(simulator):
    said = f"\x1b[2Jpanic: key {CANARY} is odd\n"
    return simulator(Scenario(turns=[[Text("I begin"), Stderr(said), Exit(3)]])).path


def test_an_error_is_one_line(run_here, crash):
    done = run_here("ask", "--executable", crash, "x")
    assert (done.code, done.out) == (1, "I begin\n")
    assert done.err.count("\n") == 1
    assert done.err.startswith("error: the process died during the turn: exit code 3")


def test_verbose_adds_the_evidence(run_here, crash):
    done = run_here("ask", "-v", "--executable", crash, "x")
    facts = ("code: outcome_unknown", "exit code: 3", "--output-format=stream-json")
    for fact in (*facts, "panic: key ***"):
        assert fact in done.err
    assert "last frames" not in done.err
    assert "last frames" in run_here("ask", "-vv", "--executable", crash, "x").err


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_and_escapes_stay_out_of_all_output(run_here, crash, form):
    done = run_here("ask", "-vv", "-o", form, "--executable", crash, "x")
    assert CANARY not in done.out + done.err
    assert "\x1b" not in done.out + done.err


def test_a_secret_of_the_configuration_stays_out_too(run_here, crash, tmp_path):
    home = tmp_path / "settings"
    home.mkdir()
    (home / "config.toml").write_text(f'[options]\napi_key = "{CANARY}"\n')
    done = run_here(
        "ask", "-vv", "--executable", crash, "x", GREENROOM_HOME=str(home), ANTHROPIC_API_KEY=""
    )
    assert CANARY not in done.err
    assert "panic: key ***" in done.err


def test_a_hint_says_what_to_do_in_terms_of_the_command(run_here, tmp_path):
    done = run_here("ask", "--executable", tmp_path / "none", "x")
    error, hint = done.err.splitlines()
    assert error.startswith("error: no usable `claude` binary was found")
    assert hint.startswith("hint: `greenroom doctor` shows")
