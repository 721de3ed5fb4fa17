"""Shell commands are taken apart, or declared unreadable."""

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenroom.permissions import PermissionRequest, Policy
from greenroom.permissions.commands import Unreadable, read_command
from greenroom.permissions.patterns import matches_command, matches_text

SIMPLE = Policy.of([{"allow": "Bash", "command": "git *"}])
META = list(";&|<>()$`\n\r\\{}")
HOSTILE = [
    "git status; rm -rf /",
    "git status && rm x",
    "git status || rm x",
    "git status & rm x",
    "git status | sh",
    "git status |& sh",
    "git status\nrm x",
    "git status\r\nrm x",
    "git status $(rm x)",
    "git status `rm x`",
    "git status ${X:=`rm x`}",
    'git status "$(rm x)"',
    'git status "`rm x`"',
    "git status $'\\x3b'",
    "git status > ~/.bashrc",
    "git status >> ~/.bashrc",
    "git status 2> x",
    "git status &> x",
    "git status >| x",
    "git status < /etc/passwd",
    "git status <<EOF",
    "git status <(rm x)",
    "git status >(rm x)",
    "git status 2>&1",
    "git {status,;}",
    "git status \\\nrm x",
    "git status \\; rm x",
    "git status 'unclosed; rm x",
    'git status "unclosed; rm x',
    "git status 'a'; rm 'b'",
    "git status 'a' \"; rm x",
    "git status \0rm x",
    "git status \x1b[2J",
    "(git status)",
    "{ git status; }",
    "GIT_SSH=evil git fetch",
    "sudo git status",
    "! git status",
    "gitx status",
    " ; git status; ; x",
    "git",
]


@pytest.mark.parametrize("command", HOSTILE[:-1])
def test_a_simple_rule_does_not_allow(command):
    request = PermissionRequest(tool_name="Bash", input={"command": command})
    assert SIMPLE.explain(request).decision == "deny"


@pytest.mark.parametrize(
    "command",
    [
        "git status",
        "git",
        "  git   status\t-s ",
        "git commit -m 'a; b && c | d > e $(f) `g`'",
        'git commit -m "a; b && c | d > e! (f)"',
        "git add *.py [a-z]? ~/x",
        "git status; git log",
        "git status && git log | git apply || git stash & git gc",
        "git status;",
        "git log --format='%h \\d'",
        "git log # all of it",
    ],
)
def test_a_simple_rule_allows(command):
    request = PermissionRequest(tool_name="Bash", input={"command": command})
    assert SIMPLE.explain(request).decision == "allow"


@given(
    st.lists(
        st.one_of(st.sampled_from([*META, "'", '"', " ", "rm x", "git log", "#"]), st.text()),
        max_size=8,
    ).map("".join)
)
@example("'\n'")
def test_no_metacharacter_outside_of_quotes_gets_past_a_simple_rule(rest):
    """The whole is allowed only if each part begins with the command that is allowed."""
    request = PermissionRequest(tool_name="Bash", input={"command": f"git {rest}"})
    if SIMPLE.explain(request).decision != "allow":
        return
    bare, quote = "", ""
    for character in rest:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            bare += character
    assert not quote
    assert not set("<>()$`\n\r\\{}\0") & set(bare)
    for mark in ("|&", ";", "&", "|"):
        bare = bare.replace(mark, "\n")
    parts = [part.strip(" \t") for part in bare.split("\n")]
    assert all(part == "git" or part.startswith("git ") for part in parts[1:] if part)


@given(st.text(alphabet=st.sampled_from("abc 'd\"\t"), max_size=30))
def test_what_is_read_has_the_words_that_a_shell_sees(text):
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        words = None
    read = read_command(text)
    if words is None:
        assert isinstance(read, Unreadable)
    elif any(words):
        [part] = read
        assert part.words == words


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("rm>x -rf y", ("rm", "-rf", "y")),
        (">x rm y", ("rm", "y")),
        ("2>x rm y", ("rm", "y")),
        ("rm 2>&1 y", ("rm", "y")),
        ("rm &>> x y", ("rm", "y")),
        ("rm2>x y", ("rm2", "y")),
        ("r'm' \"y\"", ("rm", "y")),
    ],
)
def test_redirections_and_quotes_hide_no_words(command, words):
    [part] = read_command(command)
    assert part.words == words


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "/bin/rm -rf /",
        "'rm' -rf /",
        'r"m" -rf /',
        "RM -rf /",
        "sudo rm -rf /",
        "sudo -u root rm -rf /",
        "A=1 B=2 rm x",
        "env -i A=1 /usr/bin/rm x",
        "nohup nice -n 5 rm x",
        "timeout 5 rm x",
        "xargs rm",
        "bash -c 'rm -rf /'",
        "ls | xargs -n 1 rm",
        "ls; rm x",
        "ls && rm",
        "ls > x; rm y",
        ">x rm y",
        "while rm x; do ls; done",
        "! rm x",
        "$(echo rm) x",
        "r\\m x",
        "ls\nrm x",
        "sudo " * 200 + "ls",
        "a;" * 1000,
    ],
)
def test_a_rule_that_denies_sees_the_command_in_many_guises(command):
    policy = Policy.of([{"deny": "Bash", "command": "rm *"}, {"allow": "Bash"}])
    request = PermissionRequest(tool_name="Bash", input={"command": command})
    assert policy.explain(request).decision == "deny"


@pytest.mark.parametrize("command", ["ls", "git rm x", "echo rm", "rmdir x", "ls > rm", "ls | wc"])
def test_a_rule_that_denies_leaves_the_rest_alone(command):
    policy = Policy.of([{"deny": "Bash", "command": "rm *"}, {"allow": "Bash"}])
    request = PermissionRequest(tool_name="Bash", input={"command": command})
    assert policy.explain(request).decision == "allow"


@pytest.mark.parametrize("value", [None, 5, ["ls"], {}])
def test_a_shell_call_without_a_command_is_unreadable(value):
    policy = Policy.of([{"deny": "Bash", "command": "rm *"}, {"allow": "Bash"}])
    request = PermissionRequest(tool_name="Bash", input={"command": value})
    assert policy.explain(request).decision == "deny"


def by_backtracking(pattern, text):
    """What a pattern means, without regard to time."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(by_backtracking(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and text[0] == pattern[0] and by_backtracking(pattern[1:], text[1:])


@given(
    st.text(alphabet="ab*", max_size=7),
    st.text(alphabet="ab*", max_size=9),
)
def test_a_star_stands_for_any_text(pattern, text):
    assert matches_text(pattern, text) == by_backtracking(pattern, text)


@pytest.mark.parametrize("text", ["?", "[a]", "{a,b}", "a.c", "(x)", "^$"])
def test_nothing_else_in_a_pattern_is_special(text):
    assert matches_text(text, text)
    assert not matches_text(text, "a")
    assert not matches_text(text, "abc")


def test_arguments_that_are_any_may_be_missing():
    assert matches_command("git *", "git")
    assert matches_command("git *", "git log")
    assert not matches_command("git *", "gitk")
    assert not matches_command("git log*", "git")


def test_no_pattern_takes_long():
    text = "a" * 200_000 + "b"
    assert not matches_text("*a" * 200 + "c", text)
    assert matches_text("*a" * 200 + "*b", text)
