"""The CLI's way of reading a command line."""

import pytest

from greenroom_protocol.claude.options import OptionError, parse_argv, read_argv


@pytest.mark.parametrize(
    ("argv", "flags"),
    [
        (["--model", "m"], [("--model", "m")]),
        (["--model", "--tools"], [("--model", "--tools")]),
        (["--model=m", "x"], [("--model", "m")]),
        (["--resume", "--version"], [("--resume", None), ("--version", None)]),
        (["--resume", "x"], [("--resume", "x")]),
        (["--resume=--version"], [("--resume", "--version")]),
        (["-r", "x", "-c"], [("--resume", "x"), ("--continue", None)]),
        (["-cp"], [("--continue", None), ("--print", None)]),
        (["-nname"], [("--name", "name")]),
        (["-dhooks"], [("--debug", "hooks")]),
        (["--tools", "A", "B", "-c"], [("--tools", "A"), ("--tools", "B"), ("--continue", None)]),
        (["--tools=A", "B"], [("--tools", "A")]),
        (["--allowed-tools", "A"], [("--allowedTools", "A")]),
        (["--output-format", "stream-json"], [("--output-format", "stream-json")]),
        (["--model=a=b\nc"], [("--model", "a=b\nc")]),
        (["--model="], [("--model", "")]),
        (["--", "--model", "m"], []),
    ],
    ids=str,
)
def test_flags_are_read_as_the_cli_reads_them(argv, flags):
    assert read_argv(argv).flags == flags


@pytest.mark.parametrize(
    ("argv", "operands"),
    [(["hello"], ["hello"]), (["--", "-p"], ["-p"]), (["--model=m", "x"], ["x"]), (["-"], ["-"])],
)
def test_what_is_no_flag_is_a_prompt(argv, operands):
    assert read_argv(argv).operands == operands


@pytest.mark.parametrize("token", ["--zzz", "--zzz=1", "-z", "--verbose=true", "--max-tokens=5"])
def test_unknown_flags_are_reported(token):
    assert read_argv([token]).unknown == [token]


def test_a_missing_value_is_reported():
    assert read_argv(["--model"]).unfinished == "--model"
    with pytest.raises(OptionError, match="needs a value"):
        parse_argv(["--model"])


def test_values_get_their_types():
    argv = ["--max-turns=3", "--max-budget-usd", "1e-3", "--autocompact=auto", "--worktree"]
    assert parse_argv(argv) == {
        "max_turns": 3,
        "max_budget_usd": 0.001,
        "autocompact": "auto",
        "worktree": True,
    }


@pytest.mark.parametrize("token", ["--max-turns=x", "--effort=zzz", "--permission-prompts=all"])
def test_values_of_the_wrong_type_are_errors(token):
    with pytest.raises(OptionError):
        parse_argv([token])


def test_a_list_may_be_given_in_parts():
    argv = ["--allowedTools", "Bash(git *),Read", "Edit", "--allowedTools=Write Bash(a,b)"]
    assert parse_argv(argv)["allowed_tools"] == [
        "Bash(git *)",
        "Read",
        "Edit",
        "Write",
        "Bash(a,b)",
    ]


def test_the_last_of_several_values_counts():
    assert parse_argv(["--model=a", "--model=b"]) == {"model": "b"}


def test_flags_of_handshake_options_are_understood_too():
    argv = ["--system-prompt", "", "--json-schema={}", "--forward-subagent-text"]
    assert parse_argv(argv) == {
        "system_prompt": "",
        "json_schema": "{}",
        "forward_subagent_text": True,
    }


def test_the_rest_is_kept_by_name():
    assert parse_argv(["--print", "--zzz=1", "--yyy"]) == {
        "extra_args": {"print": None, "zzz": "1", "yyy": None}
    }
