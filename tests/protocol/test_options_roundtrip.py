"""Any text in any option parses back to itself and sets no other flag."""

import os
import typing
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom_protocol import Secret
from greenroom_protocol.claude.control import AgentDefinition
from greenroom_protocol.claude.options import (
    BASE_ARGV,
    TABLE,
    BypassPermissions,
    Carrier,
    HttpServer,
    OptionError,
    SseServer,
    StdioServer,
    check_options,
    parse_argv,
    read_argv,
)
from greenroom_protocol.claude.options.kinds import HINTS

INJECTIONS = [
    "--dangerously-skip-permissions",
    "--permission-mode=bypassPermissions",
    "-p",
    "--",
    "-",
    "=",
    "a=b",
    "--x=--y",
    "two words",
    "a\n--dangerously-skip-permissions",
    "ä ö 日本 🙂",
    "Read,--dangerously-skip-permissions",
    "Bash(x) --dangerously-skip-permissions",
    "Bash(git *)",
    "",
    " ",
    "\0",
    "\ud800",
    "\ufeffBash",
]
TEXT = st.one_of(
    st.sampled_from(INJECTIONS),
    st.text(max_size=20),
    st.text("abz-=(), \\*:/", max_size=12),
    st.from_regex(r"[A-Za-z_]\w*(\([^()]*\))?", fullmatch=True),
)
COMPANIONS = {
    "fork_session": {"resume": "x"},
    "resume_session_at": {"resume": "x"},
    "resume_drops_turn": {
        "resume": "x",
        "resume_session_at": "8f0e1d52-5a52-4f3e-9a57-111111111111",
    },
}
ON_THE_LINE = [
    name
    for name, option in TABLE.items()
    if option.carrier in {Carrier.FLAG, Carrier.FILE} and name != "extra_args"
]


PLAIN = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(),
    typing.Any: TEXT,
    Secret: st.builds(Secret, TEXT),
    BypassPermissions: st.just(BypassPermissions("a test")),
    AgentDefinition: st.builds(AgentDefinition, description=TEXT, prompt=TEXT),
    StdioServer: st.just(StdioServer(command="server")),
    HttpServer: st.just(HttpServer(url="http://127.0.0.1/mcp")),
    SseServer: st.just(SseServer(url="http://127.0.0.1/sse")),
    type(None): st.none(),
}


def values(hint):
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {typing.Union, UnionType}:
        return st.one_of([values(part) for part in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is Sequence:
        return st.lists(values(arguments[0]), max_size=4)
    if origin is Mapping:
        return st.dictionaries(TEXT, values(arguments[1]), max_size=3)
    return PLAIN[str if origin is os.PathLike else hint]


def attempt(options):
    try:
        return check_options(options)
    except OptionError as error:
        return error


def on_the_line(name, options):
    """What of one option a command line can tell."""
    value = options[name]
    if value is False or (value == [] and not TABLE[name].keep_empty):
        return {}
    if isinstance(value, Mapping):
        return {}  # it travels in a file
    if isinstance(value, BypassPermissions):
        return {name: "bypassPermissions" if name == "permission_mode" else True}
    if value == ["default"] and name == "tools":
        return {name: "default"}
    return {name: value}


@pytest.mark.parametrize("name", ON_THE_LINE)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_value_is_refused_or_parses_back_and_sets_no_other_flag(name, data):
    value = data.draw(values(HINTS[name]))
    others = COMPANIONS.get(name, {})
    options = attempt({**others, name: value})
    if isinstance(options, OptionError):
        assert options.option in {name, *others}
        return
    expected = parse_argv(check_options({}).argv()) | others
    expected.pop(name, None)
    assert parse_argv(options.argv()) == expected | on_the_line(name, options)
    assert read_argv(options.argv()).operands == []
    assert read_argv(options.argv()).unknown == []


FLAG_NAMES = st.one_of(st.from_regex(r"zz[a-z]*(-[a-z]+)?", fullmatch=True), TEXT)


@settings(max_examples=250, deadline=None)
@given(st.dictionaries(FLAG_NAMES, st.one_of(TEXT, st.none()), max_size=4))
def test_extra_flags_are_refused_or_parse_back(extra):
    options = attempt({"extra_args": extra})
    if isinstance(options, OptionError):
        assert options.option == "extra_args"
        return
    parsed = parse_argv(options.argv())
    assert parsed.pop("extra_args", {}) == extra
    assert parsed == parse_argv(check_options({}).argv())
    assert read_argv(options.argv()).operands == []


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: values(HINTS[name]) for name in TABLE}))
def test_no_combination_raises_anything_but_an_option_error(given_options):
    options = attempt(given_options)
    if isinstance(options, OptionError):
        assert options.option in TABLE
        return
    flags = [flag for flag, _ in read_argv(options.argv()).flags]
    owners = {option.wire for name, option in TABLE.items() if name in options}
    base = {token.partition("=")[0] for token in BASE_ARGV}
    assert set(flags) <= owners | base | {"--allowedTools"}


@pytest.mark.parametrize("name", ["resume", "agent", "name", "system_prompt_file", "debug_file"])
@pytest.mark.parametrize(
    "text", ["--dangerously-skip-permissions", "-p", "--", "=", "a=b", "two words", "日本 🙂"]
)
def test_free_text_is_taken_as_it_is(name, text):
    assert parse_argv(check_options({name: text}).argv())[name] == text


@pytest.mark.parametrize("text", ["", "a\nb", "--dangerously-skip-permissions", "--", "=", " "])
def test_extra_values_are_taken_as_they_are(text):
    argv = check_options({"extra_args": {"zz": text}}).argv()
    assert f"--zz={text}" in argv
    assert parse_argv(argv)["extra_args"] == {"zz": text}


@pytest.mark.parametrize("option", TABLE)
def test_a_value_of_a_strange_type_is_refused(option):
    for strange in (object(), b"bytes", 1j, {1: object()}, [[[object()]]], Secret("x")):
        if not (isinstance(strange, Secret) and TABLE[option].secret):
            with pytest.raises(OptionError):
                check_options({option: strange})
