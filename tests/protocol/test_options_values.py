"""What each option takes, and what its error says."""

import pathlib
import pickle

import pytest

from greenroom_protocol import LocalProtocolError, Secret
from greenroom_protocol.claude.control import AgentDefinition
from greenroom_protocol.claude.options import (
    TABLE,
    BypassPermissions,
    OptionError,
    check_options,
)

UUID = "8f0e1d52-5a52-4f3e-9a57-111111111111"


def refusal(**options):
    with pytest.raises(OptionError) as caught:
        check_options(options)
    return caught.value


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("modle", "model"),
        ("allowedTools", "allowed_tools"),
        ("--max-turns", "max_turns"),
        ("max-turns", "max_turns"),
        ("appendSystemPrompt", "append_system_prompt"),
        ("MCP_TOOL_TIMEOUT", "mcp_tool_timeout_seconds"),
        ("cli_path", "executable"),
        ("output_format", "json_schema"),
        ("permission_prompt_tool_name", "permission_prompt_tool"),
        ("enable_file_checkpointing", "file_checkpointing"),
        ("verbatim_prompts", "verbatim"),
        ("plugin_dir", "plugins"),
        ("continue", "continue_conversation"),
        ("jsonSchema", "json_schema"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(wrong, right):
    error = refusal(**{wrong: 1})
    assert error.option == wrong
    assert error.hint == f"did you mean {right!r}?"


@pytest.mark.parametrize("name", ["can_use_tool", "hooks", "max_tokens", "stderr", "user"])
def test_names_that_are_no_options_elsewhere_either_are_explained(name):
    assert refusal(**{name: 1}).hint
    assert "did you mean" not in refusal(**{name: 1}).hint


def test_a_name_like_nothing_gets_no_hint():
    assert str(refusal(qqqqqqq=1)) == "option qqqqqqq: there is no such option"


def test_none_counts_as_not_given():
    assert check_options({"model": None}) == check_options({})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_turns": "3"}, "option max_turns: must be int, not str, got '3'"),
        ({"max_turns": True}, "option max_turns: must be int, not bool, got True"),
        ({"max_turns": -1}, "option max_turns: must be 0 or more, got -1"),
        ({"allowed_tools": "Read"}, "option allowed_tools: must be list, not str, got 'Read'"),
        ({"betas": [1]}, "option betas: must be str, not int at [0], got [1]"),
        (
            {"thinking_display": "all"},
            "option thinking_display: must be one of 'summarized', 'omitted', got 'all'",
        ),
        ({"max_budget_usd": 0}, "option max_budget_usd: must be a finite number above 0, got 0"),
        ({"model": " "}, "option model: must not be empty, got ' '"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_wrong(options, text):
    assert str(refusal(**options)) == text


@pytest.mark.parametrize(
    "options",
    [
        {"max_budget_usd": float("nan")},
        {"max_budget_usd": float("inf")},
        {"max_budget_usd": -1.0},
        {"task_budget": 0},
        {"autocompact": 99_999},
        {"autocompact": "always"},
        {"max_retries": -1},
        {"api_timeout_seconds": 0},
        {"api_timeout_seconds": 1e9},
        {"mcp_tool_timeout_seconds": float("nan")},
        {"session_id": "x"},
        {"session_id": f"{UUID}\n"},
        {"model": "a\0b"},
        {"model": "a\nb"},
        {"model": "\ud800"},
        {"fallback_model": "a,,b"},
        {"fallback_model": ["a,b"]},
        {"resume": ""},
        {"cwd": ""},
        {"add_dirs": "/srv"},
        {"tools": ["Bash Edit"]},
        {"tools": [""]},
        {"setting_sources": ["managed"]},
        {"settings": '{"a": 1}'},
        {"settings": {"a": ...}},
        {"json_schema": "{}"},
        {"json_schema": {"a": "\ud800"}},
        {"system_prompt": 5},
        {"system_prompt": "\ud800"},
        {"mcp_servers": {"": {}}},
        {"base_url": "example.org"},
        {"base_url": "https://user:pass@example.org"},
        {"plugin_urls": ["https://token@example.org/p.zip"]},
        {"entrypoint": "two words"},
        {"client_app": "é"},
        {"trace_parent": "a\r\nb"},
        {"env": {"A=B": "x"}},
        {"env": {"A": "a\0b"}},
        {"env": {"A": 5}},
        {"env": {"A": Secret("\ud800")}},
        {"agents": {"r": {"description": "d"}}},
        {"agents": {"r": {"description": "d", "prompt": "p", "tols": []}}},
        {"agents": {"": {"description": "d", "prompt": "p"}}},
        {"skills": "one"},
        {"worktree": ""},
        {"executable": "\ud800"},
        {"priority": "soon"},
        {"verbatim": "yes"},
    ],
    ids=str,
)
def test_values_that_mean_nothing_are_refused(options):
    assert refusal(**options).option in options


@pytest.mark.parametrize(
    "rule",
    [
        "Read",
        "Bash(git *)",
        "Bash(a,b c)",
        "Bash(npm run test:*)",
        "Edit(/a/(b)/c)",
        "mcp__server__tool",
        "mcp__server__*",
        "WebFetch(domain:example.org)",
        "Bash(日本)",
        r"Bash(x\\)",
    ],
)
def test_rules_that_the_cli_reads_as_one_are_taken(rule):
    assert check_options({"allowed_tools": [rule]})["allowed_tools"] == [rule]


def test_skills_become_rules_beside_the_allowed_tools():
    options = check_options({"skills": ["pdf", "plug:in"], "allowed_tools": ["Skill(pdf)"]})
    assert "--allowedTools=Skill(pdf),Skill(plug:in)" in options.argv()
    assert options.initialize().skills == ["pdf", "plug:in"]


def test_all_skills_are_one_rule_and_no_field():
    options = check_options({"skills": "all"})
    assert "--allowedTools=Skill" in options.argv()
    assert "skills" not in repr(options.initialize()).replace("skills=UNSET", "")


@pytest.mark.parametrize("mode", ["bypassPermissions", True])
def test_bypassing_permissions_wants_the_object(mode):
    for name in ("permission_mode", "dangerously_skip_permissions"):
        assert refusal(**{name: mode}).option == name
    assert "BypassPermissions(reason=" in str(refusal(permission_mode="bypassPermissions"))


def test_consent_is_rendered_as_the_mode():
    consent = BypassPermissions("a sandbox without network")
    assert (
        "--permission-mode=bypassPermissions" in check_options({"permission_mode": consent}).argv()
    )
    assert (
        "--dangerously-skip-permissions"
        in check_options({"dangerously_skip_permissions": consent}).argv()
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_consent_without_a_reason_is_none(reason):
    with pytest.raises(ValueError, match="needs a reason"):
        BypassPermissions(reason)


def test_paths_may_be_path_objects(tmp_path):
    options = check_options({"cwd": tmp_path, "add_dirs": [tmp_path, pathlib.Path("b c")]})
    assert options["cwd"] == str(tmp_path)
    assert f"--add-dir={tmp_path}" in options.argv()
    assert "--add-dir=b c" in options.argv()


@pytest.mark.parametrize(
    "definition",
    [
        {"description": "d", "prompt": "p", "disallowedTools": ["Bash"], "maxTurns": 2},
        {"description": "d", "prompt": "p", "disallowed_tools": ["Bash"], "max_turns": 2},
        AgentDefinition(description="d", prompt="p", disallowed_tools=["Bash"], max_turns=2),
    ],
    ids=["wire", "python", "typed"],
)
def test_agents_may_be_written_in_either_spelling(definition):
    expected = AgentDefinition(description="d", prompt="p", disallowed_tools=["Bash"], max_turns=2)
    assert check_options({"agents": {"r": definition}}).initialize().agents == {"r": expected}


@pytest.mark.parametrize(
    "name",
    [
        "print",
        "output-format",
        "input-format",
        "verbose",
        "tmux",
        "help",
        "model",
        "allowed-tools",
        "dangerously-skip-permissions",
        "system-prompt",
        "settings",
        "--zz",
        "-p",
        "",
        "a=b",
        "zz y",
        "p",
    ],
)
def test_extra_flags_that_have_an_option_or_break_the_session_are_refused(name):
    assert refusal(extra_args={name: None}).option == "extra_args"


def test_errors_are_local_picklable_and_bounded():
    error = refusal(model="x" * 10_000_000)
    assert isinstance(error, LocalProtocolError)
    assert len(str(error)) < 400
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.option, again.value, again.hint) == (error.option, error.value, error.hint)


@pytest.mark.parametrize("name", [name for name, option in TABLE.items() if not option.secret])
def test_a_secret_is_refused_where_it_would_be_shown_or_sent(name):
    for value in (Secret("x"), [Secret("x")], {"a": Secret("x")}, {"a": {"b": [Secret("x")]}}):
        assert refusal(**{name: value}).option == name


@pytest.mark.parametrize("name", ["json_schema", "settings", "mcp_servers", "agents", "tools"])
def test_data_without_end_is_refused(name):
    loop = {}
    loop["again"] = {"x": loop, "y": [loop]}
    assert refusal(**{name: loop}).option == name


@pytest.mark.parametrize("value", [{"Read"}, frozenset({"Read"})])
def test_a_set_is_refused_because_argv_has_an_order(value):
    assert "must be in order" in str(refusal(allowed_tools=value))


def test_what_the_caller_changes_later_changes_nothing():
    tools = ["Read"]
    options = check_options({"tools": tools, "settings": {"env": {"A": "1"}}})
    tools.append("Bash")
    assert "--tools=Read" in options.argv()


CANARY = "sk-canary 0f9a\0"


@pytest.mark.parametrize("name", [name for name, option in TABLE.items() if option.secret])
@pytest.mark.parametrize(
    "value",
    [[CANARY], {"A=": 5, "B": CANARY}, {"x": {"y": [CANARY, object()]}}, CANARY],
    ids=["list", "mixed", "nested", "text"],
)
def test_secrets_do_not_show_in_any_error(name, value):
    try:
        text = repr(check_options({name: value}))
    except OptionError as error:
        text = str(error) + repr(error)
    assert "canary" not in text
