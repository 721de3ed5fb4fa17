"""X4, X5: no value becomes a flag, a second value or a second rule; odd characters are refused.

That any text in any option parses back is a property in ``tests/protocol/test_options_roundtrip``;
here are the attacks that are known by name.
"""

import re
from pathlib import Path

import pytest

import greenroom
import greenroom_protocol
from greenroom_protocol.claude.options import (
    TABLE,
    Carrier,
    OptionError,
    check_options,
    parse_argv,
    read_argv,
)

UUID = "8f0e1d52-5a52-4f3e-9a57-111111111111"
ODD = {
    "NUL": "a\0b",
    "newline": "a\nb",
    "return": "a\rb",
    "escape": "a\x1b[2Jb",
    "delete": "a\x7fb",
    "C1": "a\x85b",
    "byte order mark": "\ufeffa",
    "half a pair": "a\ud800b",
}
FREE = [
    name
    for name, option in TABLE.items()
    if option.carrier in {Carrier.FLAG, Carrier.FILE, Carrier.PROCESS}
    and name not in {"extra_args", "env", "settings", "sandbox", "mcp_servers"}
]
"""Options whose value stands in the command line or decides what is started where."""


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", FREE)
def test_odd_characters_are_refused_before_anything_starts(name, odd):
    for value in (ODD[odd], [ODD[odd]]):
        with pytest.raises(OptionError) as caught:
            check_options({name: value})
        assert caught.value.option == name
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["session_id", "resume_session_at", "resume_drops_turn"])
@pytest.mark.parametrize("tail", ["\n", "\r\n", " ", "\0", "x", "\n--version", "\u2028"])
def test_an_id_is_matched_to_its_very_end(name, tail):
    with pytest.raises(OptionError):
        check_options({"resume": UUID, "resume_session_at": UUID, name: UUID + tail})


@pytest.mark.parametrize(
    "text",
    [
        "--version",
        "-p",
        "--",
        "--dangerously-skip-permissions",
        "--permission-mode=plan",
        "-",
        "=x",
    ],
)
@pytest.mark.parametrize("name", ["resume", "name", "agent", "model", "cwd", "system_prompt_file"])
def test_a_value_that_looks_like_a_flag_stays_a_value(name, text):
    options = check_options({name: text})
    plain = read_argv(check_options({}).argv())
    read = read_argv(options.argv())
    own = {TABLE[name].wire}
    assert {flag for flag, _ in read.flags} - own == {flag for flag, _ in plain.flags} - own
    assert (read.operands, read.unknown, read.unfinished) == ([], [], None)


RULES_THAT_BREAK_OUT = [
    "Read,Bash",
    "Read Bash",
    "Read,Bash(*)",
    "Bash(ls) Write",
    "Bash(a),Write(b)",
    "Bash(echo (x), rm *)",
    "Bash(echo (x) y)",  # read as two rules, the second one a tool named `y)`
    "Bash(echo (x),y)",
    "Bash(echo \\), rm *)",
    "Bash()",  # read as every use of Bash
    "Bash(ls",
    "Bash)",
    "(Bash)",
    "Bash(ls)x",
    "Bash(ls\\)",
    "Bash\u00a0(ls)",
    "--dangerously-skip-permissions",
    "Bash(a) --x",
    "",
    " ",
    "*",
    "\ufeffBash",
    "Bash\n",
    "Bash(a)\n",
    "Bash(a\0)",
    "Bash(\ud800)",
    "Read\tBash",
]
SKILLS_THAT_BREAK_OUT = [
    "",
    " a",
    "a ",
    "a)",
    "a)b",
    "a(b",
    "a,b",
    "a), Bash(*",
    "/a",
    "*",
    "a:*",
    "a *",
    "a\\",
    "a\\\\b",
    "a\nb",
    "a\x00b",
    "a\x7f",
    "\ufeff",
    "\ufeffa",
    "a\ud800",
]


@pytest.mark.parametrize("name", ["allowed_tools", "disallowed_tools"])
@pytest.mark.parametrize("rule", RULES_THAT_BREAK_OUT)
def test_a_rule_that_the_cli_would_read_otherwise_is_refused(name, rule):
    with pytest.raises(OptionError) as caught:
        check_options({name: ["Read", rule]})
    assert caught.value.option == name


@pytest.mark.parametrize("skill", SKILLS_THAT_BREAK_OUT)
def test_a_skill_that_would_be_another_rule_or_match_nothing_is_refused(skill):
    with pytest.raises(OptionError) as caught:
        check_options({"skills": [skill]})
    assert caught.value.option == "skills"


def test_rules_arrive_as_many_as_were_given():
    rules = ["Read", "Bash(git log *)", "mcp__server__tool", "WebFetch(domain:example.com)"]
    assert parse_argv(check_options({"allowed_tools": rules}).argv())["allowed_tools"] == rules


def test_every_grammar_is_matched_whole():
    """`match` with ``$`` takes a newline at the end; nothing here is matched like that."""
    options = Path(greenroom_protocol.__file__).parent / "claude" / "options"
    backends = Path(greenroom.__file__).parent / "backends"
    files = [*options.rglob("*.py"), *backends.rglob("*.py")]
    anchored = re.compile(r"""re\.compile\(\s*r?["'][^"']*\$["']""")
    assert len(files) > 20
    assert not [path.name for path in files if anchored.search(path.read_text())]
