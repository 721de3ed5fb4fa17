"""X3: the environment of a child is exactly what is expected, whatever the host has in its own."""

import os
from pathlib import Path

import pytest

HOSTILE = {
    "AWS_SECRET_ACCESS_KEY": "x",
    "BASH_ENV": "/tmp/evil",
    "BASH_FUNC_ls%%": "() { evil; }",
    "CLAUDECODE": "1",
    "CLAUDE_CODE_SSE_PORT": "1",
    "GIT_SSH_COMMAND": "evil",
    "LC_ALL": "() { :; }; evil",
    "LD_PRELOAD": "/tmp/evil.so",
    "NODE_OPTIONS": "--require=/tmp/evil.js",
    "PYTHONSTARTUP": "/tmp/evil.py",
    "SSH_AUTH_SOCK": "/tmp/agent",
}
OURS = {"GREENROOM_RUN", "PWD", "TMPDIR"}
ALWAYS = {
    "CLAUDE_AGENT_SDK_CLIENT_APP",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
    "CLAUDE_CODE_SDK_READS_SESSION_STATE",
    "CLAUDE_CODE_STARTUP_FAILURE_RESULTS",
    "DISABLE_AUTOUPDATER",
    "DISABLE_ERROR_REPORTING",
    "DISABLE_TELEMETRY",
}
"""What options set when nobody gave any."""


def environment_of(pid):
    data = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape")
    return dict(text.split("=", 1) for text in data.split("\0") if text)


@pytest.fixture(name="bare_host")
def _bare_host(monkeypatch):
    """A host with a home, a path, and much that is nobody's business."""
    kept = {"HOME", "TMPDIR", "GREENROOM_RUN", "GREENROOM_ALLOW_SPAWN", "CLAUDE_CONFIG_DIR"}
    for name in [name for name in os.environ if name not in kept]:
        monkeypatch.delenv(name)
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "node_modules/.bin", "/usr/bin", "/bin"]))
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_it_is_exactly_the_expected_set(bare_host, play):
    with play(api_key="sk-not-real", env={"MINE": "1"}) as session:
        session.ask("hello").result(10)
        environment = environment_of(session.info.pid)
    host = {"HOME", "LANG", "PATH", "CLAUDE_CONFIG_DIR"}
    assert environment.keys() == host | OURS | ALWAYS | {"ANTHROPIC_API_KEY", "MINE"}


def test_its_path_leads_to_the_same_programs_from_every_directory(bare_host, play):
    with play(api_key="sk-not-real") as session:
        session.ask("hello").result(10)
        assert environment_of(session.info.pid)["PATH"] == "/usr/bin:/bin"


def test_its_temporary_files_go_where_nobody_else_looks(bare_host, play):
    with play(api_key="sk-not-real") as session:
        session.ask("hello").result(10)
        place = Path(environment_of(session.info.pid)["TMPDIR"])
        assert place.stat().st_mode & 0o777 == 0o700
        assert place != Path(os.environ["TMPDIR"])
    assert not place.exists()


def test_a_variable_can_be_taken_away(bare_host, play):
    with play(api_key="sk-not-real", env={"LANG": None}) as session:
        session.ask("hello").result(10)
        assert "LANG" not in environment_of(session.info.pid)


def test_only_the_account_that_was_chosen_is_passed_on(bare_host, play, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "of-the-host")
    with play(api_key="sk-not-real") as session:
        session.ask("hello").result(10)
        environment = environment_of(session.info.pid)
    assert environment["ANTHROPIC_API_KEY"] == "sk-not-real"
    assert "ANTHROPIC_AUTH_TOKEN" not in environment
