"""A process that cannot be started is an outcome that says why, and what to do."""

import os
import uuid

import pytest

from greenroom import Cancelled, Rejected, StartFailed
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import BypassPermissions

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused")


def test_a_binary_that_is_missing_is_named_with_where_it_was_looked_for(open_session, tmp_path):
    missing = tmp_path / "nowhere" / "claude"
    outcome = open_session(executable=missing).ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (StartFailed, "cli_not_found")
    assert str(missing) in str(outcome)
    assert "install" in str(outcome)


def test_without_a_binary_every_place_that_was_searched_is_listed(
    open_session, monkeypatch, tmp_path
):
    monkeypatch.setattr("greenroom.backends.claude.discovery.BUNDLING_PACKAGE", "no_such_package")
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = open_session(executable=None).ask("hello").outcome(20)
    assert outcome.code == "cli_not_found"
    for place in (tmp_path / "claude", "/.local/bin/claude", "node_modules"):
        assert str(place) in str(outcome)


def test_a_file_that_is_not_the_cli_is_not_run_as_one(open_session, tmp_path):
    fake = tmp_path / "claude"
    fake.write_text("#!/bin/sh\necho 'I am something else'\n")
    fake.chmod(0o755)
    outcome = open_session(executable=fake).ask("hello").outcome(20)
    assert isinstance(outcome, StartFailed)
    assert "I am something else" in str(outcome)


def test_a_flag_the_cli_does_not_know_is_rejected_with_what_it_said(open_session):
    session = open_session(extra_args={"no-such-flag": None})
    outcome = session.ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "bad_flag")
    assert "--no-such-flag" in outcome.context.stderr_tail
    assert "extra_args" in outcome.context.hint
    assert (outcome.context.exit_code, outcome.retryable) == (1, False)
    assert "--no-such-flag" in outcome.context.argv


def test_the_session_can_be_asked_again_after_a_start_that_failed(
    open_session, tmp_path, claude_binary
):
    link = tmp_path / "claude"
    session = open_session(executable=link)
    assert isinstance(session.ask("hello").outcome(20), StartFailed)
    assert session.info.last_error.code == "cli_not_found"
    link.symlink_to(claude_binary)
    assert session.ask("hello").text(20) == "You said: hello"


def test_each_turn_that_waits_behind_a_start_that_fails_has_its_outcome(open_session, tmp_path):
    session = open_session(executable=tmp_path / "claude")
    turns = [session.ask(f"question {n}") for n in range(5)]
    assert [turn.outcome(20).code for turn in turns] == ["cli_not_found"] * 5


def test_a_directory_that_does_not_exist_is_named(open_session, tmp_path):
    outcome = open_session(cwd=tmp_path / "nowhere").ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (StartFailed, "bad_cwd")
    assert str(tmp_path / "nowhere") in str(outcome)
    assert "cwd" in outcome.context.hint


def test_a_session_id_in_use_is_rejected(open_session):
    name = str(uuid.uuid4())
    with open_session(session_id=name) as session:
        session.ask("hello").result(20)
    outcome = open_session(session_id=name).ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "session_id_in_use")
    assert "resume" in outcome.context.hint


def test_a_conversation_nobody_knows_is_not_resumed(open_session, api):
    outcome = open_session(resume=str(uuid.uuid4())).ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "resume_not_found")
    assert "cwd" in outcome.context.hint
    assert api.requests == ()


def test_a_place_in_a_conversation_that_is_not_there_is_rejected(open_session):
    with open_session() as session:
        session_id = session.ask("hello").result(20).session_id
    resumed = open_session(resume=session_id, resume_session_at=str(uuid.uuid4()))
    outcome = resumed.ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "resume_not_found")


@ROOT
def test_root_may_not_bypass_permissions(open_session):
    bypass = BypassPermissions(reason="it is what this test is about")
    outcome = open_session(permission_mode=bypass).ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (StartFailed, "root")
    assert "IS_SANDBOX" in outcome.context.hint


def test_servers_that_make_no_sense_are_refused_before_anything_is_started(open_session):
    with pytest.raises(LocalProtocolError, match="mcp_servers"):
        open_session(mcp_servers={"calc": "not a server"})


def test_a_settings_file_that_is_missing_is_rejected(open_session, tmp_path):
    outcome = open_session(settings=str(tmp_path / "none.json")).ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "file_not_found")


def test_a_real_endpoint_is_refused_while_the_switch_is_off(open_session):
    session = open_session(env={"ANTHROPIC_BASE_URL": "https://api.anthropic.com"})
    outcome = session.ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (StartFailed, "real_agent_forbidden")


def test_a_session_that_is_stopped_while_its_process_starts_leaves_nothing(open_session):
    session = open_session()
    turn = session.ask("hello")
    session.stop()
    assert isinstance(turn.outcome(0), Cancelled)
