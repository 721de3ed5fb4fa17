"""Policies: the first rule that fits decides, and nothing is allowed by guess."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.permissions import (
    Allow,
    Ask,
    Deny,
    PermissionRequest,
    Policy,
    PolicyError,
    Rule,
)

TOOLS = ["Bash", "Read", "Write", "mcp__shop__buy", "mcp__shop__price"]
PATTERNS = ["*", "Bash", "Read", "mcp__shop__*", "mcp__*__price", "W*e", "read"]
WORDS = ["git", "log", "rm", "x"]
STRICTNESS = ["allow", "ask", "deny"]


def bash(command):
    return PermissionRequest(tool_name="Bash", input={"command": command})


def test_the_first_rule_that_fits_decides():
    policy = Policy.of(
        [
            {"deny": "Bash", "command": "git push *", "reason": "Leave pushing to people."},
            {"ask": "Bash", "command": "git commit *"},
            {"allow": "Bash", "command": ["git *", "ls *"]},
        ]
    )
    assert policy(bash("git log")) == Allow()
    assert isinstance(policy(bash("git commit -m x")), Ask)
    denied = policy(bash("git push"))
    assert isinstance(denied, Deny)
    assert "Leave pushing to people." in denied.reason
    assert isinstance(policy(bash("curl x")), Deny)


def test_it_explains_itself():
    policy = Policy([Rule("deny", tool="Bash", command="rm *"), Rule("allow", tool="Bash")])
    verdict = policy.explain(bash("ls; rm x"))
    assert (verdict.decision, verdict.rule) == ("deny", 1)
    assert "rm x" in verdict.why
    assert policy.explain(bash("ls")).rule == 2
    nobody = policy.explain(PermissionRequest(tool_name="Write"))
    assert (nobody.decision, nobody.rule) == ("deny", None)
    assert "No rule" in nobody.why


def test_a_table_where_a_rule_belongs_is_told_where_tables_go():
    with pytest.raises(PolicyError, match=r"rule 1: .*Policy\.of"):
        Policy([{"allow": "Bash"}])


def test_what_cannot_be_read_is_said():
    verdict = Policy([Rule("allow", command="ls *")]).explain(bash("ls $HOME"))
    assert "'$'" in verdict.why


def first_match(rules, tool):
    """An independent model of rules about tools."""
    for decision, pattern in rules:
        head, star, tail = pattern.partition("*")
        fits = tool.startswith(head) and tool.endswith(tail) and len(tool) >= len(head + tail)
        if fits if star else tool == pattern:
            return decision
    return "deny"


@given(
    st.lists(st.tuples(st.sampled_from(STRICTNESS), st.sampled_from(PATTERNS)), min_size=1),
    st.sampled_from(TOOLS),
)
def test_rules_about_tools_follow_the_model(rules, tool):
    policy = Policy([Rule(decision, tool=pattern) for decision, pattern in rules])
    request = PermissionRequest(tool_name=tool, input={"command": "ls"})
    assert policy.explain(request).decision == first_match(rules, tool)


def first_match_of_commands(rules, parts):
    """The same for commands: the strictest of what the parts get."""
    decisions = []
    for part in parts:
        words = part.split()
        decision = "deny"
        for rule, prefix in rules:
            if words[: len(prefix.split())] == prefix.split():
                decision = rule
                break
        decisions.append(decision)
    return max(decisions, key=STRICTNESS.index)


COMMANDS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(st.tuples(st.sampled_from(STRICTNESS), COMMANDS), min_size=1, max_size=5),
    st.lists(COMMANDS, min_size=1, max_size=3),
    st.sampled_from([" && ", "; ", " | ", " || ", "&"]),
)
def test_rules_about_commands_follow_the_model(rules, parts, separator):
    policy = Policy([Rule(one, tool="Bash", command=f"{prefix} *") for one, prefix in rules])
    request = bash(separator.join(parts))
    assert policy.explain(request).decision == first_match_of_commands(rules, parts)


@given(
    st.lists(
        st.tuples(st.sampled_from(STRICTNESS), st.sampled_from(["git *", "*", "rm *", None])),
        min_size=1,
        max_size=5,
    )
)
def test_of_an_unreadable_command_the_stricter_of_both_readings_counts(rules):
    policy = Policy(
        [Rule(one, tool="Bash", **({"command": text} if text else {})) for one, text in rules]
    )
    expected, floor = "deny", "allow"
    for decision, text in rules:
        if text is None:
            expected = max(decision, floor, key=STRICTNESS.index)
            break
        if decision == "deny":
            break
        floor = max(decision, floor, key=STRICTNESS.index) if decision == "ask" else floor
    assert policy.explain(bash("git $X")).decision == expected


@given(st.text(), st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_without_a_rule_that_fits_nothing_is_allowed(tool, tool_input):
    policy = Policy.of([{"allow": "NoSuchTool"}, {"allow": "*", "command": "no such command"}])
    request = PermissionRequest(tool_name=tool, input=tool_input)
    assert policy.explain(request).decision == "deny" or tool == "NoSuchTool"


def test_a_command_rule_allows_no_other_tool():
    policy = Policy.of([{"allow": "*", "command": "ls *"}])
    for tool in ("PowerShell", "mcp__shell__run", "Read"):
        request = PermissionRequest(tool_name=tool, input={"command": "ls", "cmd": "ls"})
        assert policy.explain(request).decision == "deny"


def test_a_rule_that_denies_commands_looks_into_every_tool():
    policy = Policy.of([{"deny": "*", "command": "rm *"}, {"allow": "*"}])
    for member in ("command", "cmd"):
        request = PermissionRequest(tool_name="mcp__shell__run", input={member: "rm x"})
        assert policy.explain(request).decision == "deny"
    request = PermissionRequest(tool_name="mcp__shell__run", input={"command": "ls"})
    assert policy.explain(request).decision == "allow"


def test_a_command_rule_does_not_let_a_command_out_of_the_sandbox():
    policy = Policy.of([{"allow": "Bash", "command": "git *"}])
    for flag, decision in ((True, "deny"), (False, "allow")):
        tool_input = {"command": "git log", "dangerouslyDisableSandbox": flag}
        verdict = policy.explain(PermissionRequest(tool_name="Bash", input=tool_input))
        assert verdict.decision == decision


def test_of_denied_commands_the_one_that_a_rule_denies_is_told():
    policy = Policy.of([{"deny": "Bash", "command": "rm *", "reason": "Keep it."}])
    verdict = policy.explain(bash("ls && rm x"))
    assert verdict.rule == 1
    assert "Keep it." in verdict.why


def test_patterns_of_tools_are_exact_in_their_case():
    assert Policy.of([{"allow": "bash"}]).explain(bash("ls")).decision == "deny"


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({}, "no decision"),
        ({"command": "ls"}, "no decision"),
        ({"allow": "Bash", "deny": "Bash"}, "allow and deny"),
        ({"allow": "Bash", "comand": "ls"}, "'comand'"),
        ({"allow": ""}, "must not be empty"),
        ({"allow": []}, "names a tool"),
        ({"allow": None}, "a text or a list"),
        ({"allow": 5}, "a text or a list"),
        ({"allow": True}, "a text or a list"),
        ({"allow": ["Bash", 5]}, "must not be empty or no text"),
        ({"allow": "Bash", "command": ""}, "must not be empty"),
        ({"allow": "Bash", "command": []}, "must not be empty"),
        ({"allow": "Bash", "path": " "}, "must not be empty"),
        ({"allow": "*", "command": "ls", "path": "src"}, "not both"),
        ({"allow": "Bash(git *)"}, "write 'Bash'"),
        ({"allow": "Read Write"}, "no name of a tool"),
        ({"deny": "Bash", "reason": 5}, "reason"),
        ("allow Bash", "a table"),
        (None, "a table"),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_understood_is_named_by_its_number(rule, complaint):
    with pytest.raises(PolicyError, match="rule 2: ") as caught:
        Policy.of([{"allow": "Read"}, rule])
    assert complaint in str(caught.value)
    assert caught.value.rule == 2


def test_decisions_are_three():
    with pytest.raises(PolicyError, match="'permit'"):
        Rule("permit", tool="Bash")


def test_a_policy_without_rules_is_a_mistake():
    with pytest.raises(PolicyError, match="has rules"):
        Policy.of([])


TOML = """
[[rules]]
deny = "Bash"
command = ["rm *", "git push *"]
reason = "Not here."

[[rules]]
allow = ["Read", "Glob", "Grep"]
path = "src/**"

[[rules]]
ask = "mcp__shop__*"
"""


@pytest.mark.parametrize("as_file", [True, False])
def test_a_policy_can_be_written_without_code(tmp_path, as_file):
    file = tmp_path / "policy.toml"
    file.write_text(TOML)
    policy = Policy.from_toml(file if as_file else TOML, cwd=tmp_path)
    assert policy.rules == (
        Rule("deny", tool="Bash", command=["rm *", "git push *"], reason="Not here."),
        Rule("allow", tool=["Read", "Glob", "Grep"], path="src/**"),
        Rule("ask", tool="mcp__shop__*"),
    )
    read = PermissionRequest(tool_name="Read", input={"file_path": f"{tmp_path}/src/x"})
    assert policy.explain(read).decision == "allow"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("\n", "no [[rules]]"),
        ("rules = 5\n", "no [[rules]]"),
        ("rules = []\n", "has rules"),
        ("[[rule]]\nallow = 'x'\n", "'rule'"),
        ("[[rules]]\nallow = \n", "cannot be read"),
        ("[[rules]]\n", "rule 1"),
        ("[[rules]]\npermit = 'Bash'\n", "'permit'"),
    ],
)
def test_a_file_that_says_something_else_is_refused(text, complaint):
    with pytest.raises(PolicyError) as caught:
        Policy.from_toml(text)
    assert complaint in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="nowhere"):
        Policy.from_toml(str(tmp_path / "nowhere.toml"))


def test_rules_travel_as_json():
    rule = Rule("deny", tool="Bash", command="rm *", reason="no")
    assert msgspec.json.decode(msgspec.json.encode(rule), type=Rule) == rule
