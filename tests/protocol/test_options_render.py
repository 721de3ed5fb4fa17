"""Options on their way out: command line, files, environment, handshake."""

import json

import pytest

from greenroom_protocol import LocalProtocolError, Secret
from greenroom_protocol.claude.control import encode_request
from greenroom_protocol.claude.options import BASE_ARGV, OptionError, check_options

HUGE = "x " * 5_000_000


def test_without_a_word_a_session_is_hermetic():
    options = check_options({})
    assert options.argv() == [*BASE_ARGV, "--setting-sources=", "--strict-mcp-config"]
    assert options.files() == []
    assert options.environment() == {
        "CLAUDE_CODE_SDK_READS_SESSION_STATE": "1",
        "CLAUDE_CODE_STARTUP_FAILURE_RESULTS": "1",
        "CLAUDE_AGENT_SDK_CLIENT_APP": "greenroom",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        ({"model": "m"}, ["--model=m"]),
        ({"max_turns": 0}, ["--max-turns=0"]),
        ({"max_budget_usd": 2.5}, ["--max-budget-usd=2.5"]),
        ({"tools": []}, ["--tools="]),
        ({"tools": "default"}, ["--tools=default"]),
        ({"tools": ["Bash", "Read"]}, ["--tools=Bash,Read"]),
        ({"allowed_tools": []}, []),
        ({"betas": ["a", "b"]}, ["--betas=a", "--betas=b"]),
        ({"fallback_model": "a,b"}, ["--fallback-model=a,b"]),
        ({"debug": True}, ["--debug"]),
        ({"debug": False}, []),
        ({"debug": "hooks"}, ["--debug=hooks"]),
        ({"autocompact": 200_000}, ["--autocompact=200000"]),
        ({"settings": "my settings.json"}, ["--settings=my settings.json"]),
        ({"mcp_config": "a.json"}, ["--mcp-config=a.json"]),
        ({"mcp_config": ["a", "b"]}, ["--mcp-config=a", "--mcp-config=b"]),
        ({"plugins": ["p"]}, ["--plugin-dir=p"]),
        ({"include_partial_messages": True}, ["--include-partial-messages"]),
        ({"include_partial_messages": False}, []),
    ],
    ids=str,
)
def test_values_are_bound_to_their_flags(options, tokens):
    rest = set(check_options({}).argv())
    assert [token for token in check_options(options).argv() if token not in rest] == tokens


def test_hermetic_defaults_can_be_switched_off_by_name():
    options = check_options(
        {"setting_sources": ["user"], "strict_mcp_config": False, "telemetry": True}
    )
    assert "--setting-sources=user" in options.argv()
    assert "--strict-mcp-config" not in options.argv()
    assert "DISABLE_TELEMETRY" not in options.environment()


def test_extra_flags_stand_in_front_of_those_that_would_be_missed():
    argv = check_options({"extra_args": {"zz": None}}).argv()
    assert argv[:2] == ["--zz", BASE_ARGV[0]]


@pytest.mark.parametrize(
    "options",
    [
        {"system_prompt": HUGE},
        {"append_system_prompt": HUGE},
        {"json_schema": {"description": HUGE}},
        {"agents": {"r": {"description": "d", "prompt": HUGE}}},
        {"settings": {"x": HUGE}},
        {"mcp_servers": {"s": {"command": HUGE}}},
    ],
    ids=lambda options: next(iter(options)),
)
def test_ten_megabytes_never_travel_on_the_command_line(options):
    checked = check_options(options)
    assert sum(map(len, checked.argv())) < 1000
    carried = encode_request("r", checked.initialize()) + b"".join(
        file.content for file in checked.files()
    )
    assert HUGE.encode() in carried


def test_what_a_command_line_cannot_hold_is_refused_with_its_name():
    with pytest.raises(OptionError, match="bytes of the command line") as caught:
        check_options({"allowed_tools": [f"Bash(make {n})" for n in range(10_000)]})
    assert caught.value.option == "allowed_tools"
    with pytest.raises(OptionError, match="larger than"):
        check_options({"env": {"BIG": HUGE}})


def test_settings_and_sandbox_share_a_file():
    [file] = check_options({"settings": {"model": "m"}, "sandbox": {"enabled": True}}).files()
    assert json.loads(file.content) == {"model": "m", "sandbox": {"enabled": True}}
    assert file.argument("/run/x/settings.json") == "--settings=/run/x/settings.json"
    assert json.loads(check_options({"sandbox": {"a": 1}}).files()[0].content) == {
        "sandbox": {"a": 1}
    }


def test_secrets_of_servers_are_revealed_in_their_file_only():
    headers = {"Authorization": Secret("sk-canary")}
    servers = {"s": {"type": "http", "url": "http://127.0.0.1/", "headers": headers}}
    options = check_options({"mcp_servers": servers})
    [file] = options.files()
    assert json.loads(file.content)["mcpServers"]["s"]["headers"]["Authorization"] == "sk-canary"
    assert "canary" not in repr((options, file, options.argv(), options.initialize()))


@pytest.mark.parametrize("given", ["sk-canary", Secret("sk-canary")])
@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("api_key", "ANTHROPIC_API_KEY"),
        ("auth_token", "ANTHROPIC_AUTH_TOKEN"),
        ("oauth_token", "CLAUDE_CODE_OAUTH_TOKEN"),
    ],
)
def test_a_credential_is_a_secret_variable_and_nothing_else(name, variable, given):
    options = check_options({name: given})
    assert options.environment()[variable] == Secret("sk-canary")
    assert "canary" not in repr((options, options.environment(), options.argv()))


@pytest.mark.parametrize(
    ("options", "variable", "text"),
    [
        ({"file_checkpointing": True}, "CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING", "true"),
        ({"file_checkpointing": False}, "CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING", None),
        ({"max_retries": 0}, "CLAUDE_CODE_MAX_RETRIES", "0"),
        ({"mcp_tool_timeout_seconds": 1.5}, "MCP_TOOL_TIMEOUT", "1500"),
        ({"api_timeout_seconds": 60}, "API_TIMEOUT_MS", "60000"),
        ({"background_tasks": False}, "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", "1"),
        ({"background_tasks": True}, "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS", None),
        ({"startup_failure_results": False}, "CLAUDE_CODE_STARTUP_FAILURE_RESULTS", None),
        ({"config_dir": "/c"}, "CLAUDE_CONFIG_DIR", "/c"),
        ({"env": {"MY": "x"}}, "MY", "x"),
        ({"env": {"CLAUDE_AGENT_SDK_CLIENT_APP": "x"}}, "CLAUDE_AGENT_SDK_CLIENT_APP", "x"),
        ({"env": {"DISABLE_TELEMETRY": None}}, "DISABLE_TELEMETRY", None),
    ],
    ids=str,
)
def test_variables_have_the_texts_of_the_cli(options, variable, text):
    assert check_options(options).environment().get(variable) == text


def test_variables_to_remove_are_named():
    assert check_options({"env": {"A": None, "B": "x"}}).removed_environment() == {"A"}


def test_the_handshake_holds_the_fields_that_were_given():
    options = check_options(
        {"system_prompt": ["a", "b"], "title": "t", "prompt_suggestions": False, "skills": []}
    )
    assert json.loads(encode_request("r", options.initialize()))["request"] == {
        "subtype": "initialize",
        "systemPrompt": ["a", "b"],
        "skills": [],
        "title": "t",
        "promptSuggestions": False,
    }


def test_a_secret_in_the_handshake_is_refused():
    with pytest.raises(LocalProtocolError):
        check_options({"system_prompt": Secret("x")})


def test_a_repr_shows_what_was_given_in_a_bounded_way():
    text = repr(check_options({"model": "m", "system_prompt": HUGE}))
    assert text.startswith("Options(model='m', system_prompt='x ")
    assert len(text) < 200
