"""Credentials and other secrets are given to the process and shown to nobody."""

import logging
import os
import signal

import pytest

from greenroom import Secret
from greenroom.testing.fake_anthropic import Error, ToolUse

KEY = "sk-ant-very-secret-key"
TOKEN = "very-secret-token"


SECRETS = {"ANTHROPIC_API_KEY": Secret(KEY), "SECRET_TOKEN": Secret(TOKEN)}


@pytest.fixture(name="session")
def _session(open_session):
    """A session with a secret API key and a secret variable, after a turn."""
    session = open_session(env=SECRETS)
    session.ask("hello").result(20)
    return session


def test_a_process_has_its_secrets_in_its_environment_and_not_on_its_command_line(session, proc):
    environment, line = (proc(session.info.pid, name) for name in ("environ", "cmdline"))
    assert f"ANTHROPIC_API_KEY={KEY}" in environment
    assert f"SECRET_TOKEN={TOKEN}" in environment
    assert KEY not in line
    assert TOKEN not in line


def test_an_api_key_that_is_an_option_reaches_the_api_and_no_command_line(
    api, open_session, options, system, proc
):
    env = options()["env"]
    del env["ANTHROPIC_API_KEY"]
    session = system.session(**{**options(), "env": env, "api_key": KEY})
    assert session.ask("hello").text(20) == "You said: hello"
    assert f"ANTHROPIC_API_KEY={KEY}" in proc(session.info.pid, "environ")
    assert KEY not in proc(session.info.pid, "cmdline")
    assert session.info.auth_source == "option api_key"
    assert KEY not in repr(session.info)


def test_what_is_shown_of_a_session_and_its_turns_holds_no_secret(session):
    turn = session.ask("hello again")
    turn.result(20)
    shown = [repr(session), repr(session.info), repr(turn), repr(turn.outcome()), str(turn)]
    assert not [text for text in shown if KEY in text or TOKEN in text]
    assert "ANTHROPIC_API_KEY" in session.info.auth_source


def test_the_evidence_of_a_failed_turn_holds_no_secret(api, session):
    api.on("fail", Error(401, message=f"bad key {KEY[:6]}"))
    outcome = session.ask("fail").outcome(20)
    shown = [repr(outcome), str(outcome), repr(outcome.context)]
    assert not [text for text in shown if KEY in text or TOKEN in text]


def test_a_process_that_does_not_start_says_so_without_secrets(open_session):
    outcome = open_session(env=SECRETS, extra_args={"no-such-flag": None}).ask("hello").outcome(20)
    shown = [repr(outcome), str(outcome), repr(outcome.context)]
    assert not [text for text in shown if KEY in text or TOKEN in text]


def test_logs_hold_no_secret(open_session, caplog):
    with caplog.at_level(logging.DEBUG), open_session(env=SECRETS) as session:
        session.ask("hello").result(20)
        os.kill(session.info.pid, signal.SIGKILL)
        session.ask("again").outcome(20)
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text


def test_servers_with_credentials_are_not_on_the_command_line(open_session, proc):
    servers = {
        "calc": {
            "type": "http",
            "url": "http://127.0.0.1:9/",
            "headers": {"Authorization": f"Bearer {TOKEN}"},
        }
    }
    session = open_session(mcp_servers=servers)
    session.ask("hello").result(20)
    assert TOKEN not in proc(session.info.pid, "cmdline")
    assert TOKEN not in repr(session.info)


def test_a_tool_does_not_see_variables_of_the_host(api, open_session, monkeypatch):
    monkeypatch.setenv("HOST_SECRET", TOKEN)
    api.on("work", ToolUse("Bash", {"command": "env", "description": "look"}))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"], max_turns=1)
    got = session.ask("work").collect(20)
    assert "PATH=" in got.tool_calls[0].result.content
    assert TOKEN not in got.tool_calls[0].result.content
