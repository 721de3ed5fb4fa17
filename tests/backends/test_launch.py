"""What is started, what reports show of it, and what failing to start means."""

import pytest

from greenroom.backends.claude import ClaudeBackend
from greenroom.backends.claude.conversation import ClaudeConversation
from greenroom.backends.claude.shown_argv import shown_argv
from greenroom.runtime.process import ExitStatus
from greenroom.testing import Scenario
from greenroom.values.outcomes import Rejected, StartFailed
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import OptionError, check_options


@pytest.fixture(name="prepare")
def _prepare(tmp_path, simulator):
    def prepare(scenario, **options):
        given = {"executable": simulator(scenario).path, "api_key": "not-real", **options}
        return ClaudeBackend().prepare(check_options(given), tmp_path)

    return prepare


def test_a_cli_too_old_to_work_is_not_started_and_a_newer_one_is(prepare):
    with pytest.raises(StartFailed, match="the oldest that works") as caught:
        prepare(Scenario(cli_version="2.0.1"))
    assert ClaudeBackend().failure(caught.value) is caught.value
    assert caught.value.code == "cli_too_old"
    assert "newer" in prepare(Scenario(cli_version="9.0.0")).installation.warning


def test_an_old_cli_is_found_with_a_warning(simulator):
    old = simulator(Scenario(cli_version="2.0.1")).path
    assert "older" in ClaudeBackend().install(old, {}).warning


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("--max-thinking-tokens=1000", "--max-thinking-tokens=1000"),
        ("--output-format=stream-json", "--output-format=stream-json"),
        ("--verbose", "--verbose"),
        ("/opt/a=b/claude", "/opt/a=b/claude"),
        ("--model=" + "x" * 300, "--model=" + "x" * 120 + "…"),
        ("--foo=Bearer not-real", "--foo=***"),
        ("--settings=/s/settings.json", "--settings=***"),
        ("--mcp-config={}", "--mcp-config=***"),
        ("--plugin-url=https://user:pass@x/y.zip", "--plugin-url=https://***@x/y.zip"),
        ("--plugin-url=https://u:p@s@x/y?sig=1#z", "--plugin-url=https://***@x/y?***#z"),
        ("--plugin-url=https://x/y@2.zip", "--plugin-url=https://x/y@2.zip"),
    ],
)
def test_reports_show_only_values_that_cannot_be_secret(argument, shown):
    assert shown_argv([argument]) == (shown,)


def test_a_launch_shows_no_value_of_a_flag_without_an_option(prepare):
    launch = prepare(Scenario(), extra_args={"foo": "sk-not-real"}, max_thinking_tokens=7)
    assert {"--foo=***", "--max-thinking-tokens=7"} <= set(launch.shown_argv)
    assert "--foo=sk-not-real" in launch.spec.argv


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OptionError("auth", "must say which account pays"), "credential_conflict"),
        (OptionError("model", "is wrong"), "bad_option"),
        (LocalProtocolError("is wrong"), "bad_option"),
    ],
)
def test_two_accounts_are_a_conflict_and_not_just_a_bad_option(error, code):
    failure = ClaudeBackend().failure(error)
    assert (type(failure), failure.code) == (Rejected, code)


def test_a_host_with_two_accounts_is_a_conflict(prepare, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-real")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "not-real")
    with pytest.raises(OptionError) as caught:
        prepare(Scenario(), api_key=None)
    assert ClaudeBackend().failure(caught.value).code == "credential_conflict"


@pytest.mark.parametrize(
    ("stderr", "line"),
    [
        (
            "error: unknown option '--nam'\n(Did you mean --name?)\n",
            "error: unknown option '--nam'",
        ),
        ("warning\n Error: Invalid session ID: 1  ", "Error: Invalid session ID: 1"),
        ("Error: Invalid MCP configuration: " + "x" * 900, "Error: Invalid MCP configuration: "),
    ],
)
def test_a_process_that_does_not_start_is_explained_by_the_line_that_tells_why(stderr, line):
    conversation = ClaudeConversation(check_options({}))
    error = conversation.death(ExitStatus(code=1), stderr, bytes_lost=0)
    assert error.message.rstrip("x") == line
    assert len(error.message) <= 500
