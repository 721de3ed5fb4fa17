"""What the flags of ``greenroom ask`` make of the session."""

import pytest

from greenroom.cli.application import greenroom
from greenroom.cli.ask.command import ask
from greenroom.cli.ask.settings import deadlines_from, options_from
from greenroom_protocol.claude.options import merge_options


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ([], {}),
        (["--model", "haiku"], {"model": "haiku"}),
        (["--system", "Be brief."], {"system_prompt": "Be brief."}),
        (["--cwd", "/tmp"], {"cwd": "/tmp"}),
        (["--resume", "an-id", "--fork"], {"resume": "an-id", "fork_session": True}),
        (["--continue"], {"continue_conversation": True}),
        (["--tools", "Bash, Read"], {"tools": ["Bash", "Read"]}),
        (["--tools", ""], {"tools": []}),
        (["--tools", "default"], {"tools": "default"}),
        (["--allow", "Edit", "--allow", "Bash(a, b)"], {"allowed_tools": ["Edit", "Bash(a, b)"]}),
        (["--max-turns", "3"], {"max_turns": 3}),
        (["--max-budget-usd", "0.5"], {"max_budget_usd": 0.5}),
        (["--executable", "/bin/claude"], {"executable": "/bin/claude"}),
        (["--option", "effort=low"], {"effort": "low"}),
        (["--option", 'add-dirs=["/tmp"]'], {"add_dirs": ["/tmp"]}),
        (["--option", "system_prompt=a = b"], {"system_prompt": "a = b"}),
        (["--option", "env={}", "--option", "bare=true"], {"env": {}, "bare": True}),
        (["--model", "a", "--option", "model=b"], {"model": "b"}),
    ],
)
def test_flags_become_options_of_the_session(flags, options):
    with greenroom.make_context("greenroom", ["ask"]) as whole:
        given = ask.make_context("ask", [*flags, "hello"], parent=whole).params
    made = options_from(given, given["extra"])
    assert made == options
    merge_options(session=made)


def test_a_timeout_is_the_deadline_of_the_whole_turn():
    assert deadlines_from(1.5).total == 1.5
    assert deadlines_from(None).total is None


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--option", "modle=x"], "did you mean 'model'?"),
        (["--option", "model=4"], "option model: must be str, not int, got 4"),
        (["--option", "model"], "--option takes KEY=VALUE"),
        (["--option", "=x"], "--option takes KEY=VALUE"),
        (["--fork"], "fork_session"),
        (["--option", "api_key=sk-9876543210"], "set ANTHROPIC_API_KEY instead"),
        (["--option", 'env={"MY_TOKEN": "9876543210"}'], "put it into the configuration file"),
        (["--option", 'settings={"env": {"API_KEY": "9876543210"}}'], "into the configuration"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "inf"], "--timeout: deadline 'total' must be"),
        (["--timeout", "nan"], "--timeout: deadline 'total' must be"),
        (["--max-turns", "0"], "--max-turns"),
        (["--output", "yaml"], "--output"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_helps(run_here, flags, complaint):
    done = run_here("ask", *flags, "hello")
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err
    assert "9876543210" not in done.err


def test_a_conversation_goes_on_and_can_be_forked(run_here, simulator):
    installed = simulator()

    def ask_it(*flags):
        done = run_here("ask", "-o", "json", "--executable", installed.path, *flags, "x")
        return done.object["session_id"]

    first = ask_it()
    assert ask_it("--resume", first) == first
    assert ask_it("--resume", first, "--fork") != first


def test_options_configuration_and_directory_reach_the_cli(run_here, simulator, tmp_path):
    (tmp_path / "here" / "greenroom.toml").write_text(
        '[options]\nmodel = "configured"\neffort = "high"\n'
    )
    installed = simulator()
    flags = ["--model", "asked-for", "--system", "Be brief.", "--cwd", tmp_path]
    assert run_here("ask", "--executable", installed.path, *flags, "hello").code == 0
    seen = installed.record()
    assert {"--model=asked-for", "--effort=high"} <= set(seen.argv)
    assert not any("Be brief." in argument for argument in seen.argv)
    assert seen.requests[0]["systemPrompt"] == "Be brief."
    assert seen.start["cwd"] == str(tmp_path)
