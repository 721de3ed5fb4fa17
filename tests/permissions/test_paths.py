"""Rules about paths mean files, however their paths are written."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.permissions import PermissionRequest, Policy, PolicyError
from greenroom.permissions.patterns import matches_components


@pytest.fixture(name="tree")
def _tree(tmp_path):
    root = tmp_path / "project"
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "a.py").touch()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").touch()
    (root / "src" / "out").symlink_to(tmp_path / "secret")
    (root / "src" / "link.py").symlink_to(tmp_path / "secret" / "key")
    (root / "alias").symlink_to(root / "src")
    return root


def decide(policy, tool="Read", **tool_input):
    return policy.explain(PermissionRequest(tool_name=tool, input=tool_input)).decision


def reading(tree, *paths):
    return Policy.of([{"allow": "Read", "path": list(paths)}], cwd=tree)


@pytest.mark.parametrize(
    "path",
    [
        "src/a.py",
        "src/new/file",
        "./src/a.py",
        "src//a.py",
        "src/deep/../a.py",
        "src",
        "alias/a.py",
    ],
)
def test_what_lies_below_is_covered_however_it_is_written(tree, path):
    policy = reading(tree, "src/**")
    assert decide(policy, file_path=path) == "allow"
    assert decide(policy, file_path=f"{tree}/{path}") == "allow"


@pytest.mark.parametrize(
    "path",
    [
        "src/../x",
        "src/../../secret/key",
        "srcx",
        "x/src/a.py",
        "src/out/key",
        "src/link.py",
        "src/out/../a.py",
        "src/deep/../../../secret/key",
        "~/src/a.py",
        "~root/x",
        "/etc/passwd",
        "src/a\0.py",
        "",
        "SRC/a.py",
    ],
)
def test_what_leads_elsewhere_is_not(tree, path):
    policy = reading(tree, "src/**")
    assert decide(policy, file_path=path) == "deny"


@pytest.mark.parametrize("value", [None, 5, ["src/a.py"], {"a": 1}])
def test_what_is_no_path_is_not(tree, value):
    assert decide(reading(tree, "src/**"), file_path=value) == "deny"


def test_a_link_made_later_does_not_widen_a_rule(tree):
    policy = reading(tree, "new/**")
    (tree / "new").symlink_to(tree.parent / "secret")
    assert decide(policy, file_path="new/key") == "deny"


def test_home_is_the_users(tree, monkeypatch):
    monkeypatch.setenv("HOME", str(tree))
    policy = reading(tree / "src", "~/src/**")
    assert decide(policy, file_path=str(tree / "src" / "a.py")) == "allow"


def test_a_tool_whose_members_nobody_knows_is_not_covered(tree):
    policy = Policy.of([{"allow": "*", "path": "**"}], cwd=tree)
    assert decide(policy, "mcp__fs__read", path="src/a.py") == "deny"
    assert decide(policy, "Bash", command="cat src/a.py") == "deny"


@pytest.mark.parametrize(
    ("tool", "member"),
    [
        ("Edit", "file_path"),
        ("MultiEdit", "file_path"),
        ("Write", "file_path"),
        ("NotebookEdit", "notebook_path"),
        ("Grep", "path"),
        ("LS", "path"),
    ],
)
def test_each_tool_has_its_member(tree, tool, member):
    policy = Policy.of([{"allow": "*", "path": "src/**"}], cwd=tree)
    assert decide(policy, tool, **{member: "src/a.py"}) == "allow"
    assert decide(policy, tool, **{member: "b.py"}) == "deny"
    assert decide(policy, tool, other="src/a.py") == "deny"


@pytest.mark.parametrize(
    ("tool_input", "decision"),
    [
        ({"pattern": "*.py", "path": "src"}, "allow"),
        ({"pattern": "**/*.py", "path": "src/deep"}, "allow"),
        ({"pattern": "*.py"}, "deny"),
        ({"pattern": "../*", "path": "src"}, "deny"),
        ({"pattern": "deep/../../*", "path": "src"}, "deny"),
        ({"pattern": "*/../../*", "path": "src"}, "deny"),
        ({"pattern": "{..,x}/*", "path": "src"}, "deny"),
        ({"pattern": "/etc/*", "path": "src"}, "deny"),
        ({"pattern": "~/*", "path": "src"}, "deny"),
        ({"pattern": ["*"], "path": "src"}, "deny"),
    ],
)
def test_a_glob_goes_where_its_pattern_leads(tree, tool_input, decision):
    policy = Policy.of([{"allow": "Glob", "path": "src/**"}], cwd=tree)
    assert decide(policy, "Glob", **tool_input) == decision


@pytest.mark.parametrize(
    ("tool", "tool_input"),
    [
        ("Read", {"file_path": "../secret/key"}),
        ("Read", {"file_path": "src/out/key"}),
        ("Read", {"file_path": "src/link.py"}),
        ("Read", {"file_path": "src/../../secret/key"}),
        ("Read", {"file_path": "../SECRET/key"}),
        ("Read", {"file_path": "src/a\0"}),
        ("mcp__fs__read", {"path": "../secret/key"}),
        ("Grep", {"path": "src/out"}),
        ("Glob", {"pattern": "../secret/*"}),
        ("Glob", {"pattern": "{..,x}/secret/*"}),
    ],
)
def test_a_rule_that_denies_follows_links_and_looks_into_every_tool(tree, tool, tool_input):
    policy = Policy.of([{"deny": "*", "path": "../secret/**"}, {"allow": "*"}], cwd=tree)
    assert decide(policy, tool, **tool_input) == "deny"
    assert decide(policy, "Read", file_path="src/a.py") == "allow"


def test_a_rule_that_denies_covers_what_a_link_in_it_is_called(tree):
    policy = Policy.of([{"deny": "*", "path": "src/out/**"}, {"allow": "*"}], cwd=tree)
    assert decide(policy, file_path="src/out/key") == "deny"
    assert decide(policy, file_path=str(tree.parent / "secret" / "key")) == "deny"


def test_the_path_at_which_the_cli_stopped_counts_for_denials(tree):
    policy = Policy.of([{"deny": "*", "path": "../secret/**"}, {"allow": "Bash"}], cwd=tree)
    request = PermissionRequest(
        tool_name="Bash", input={"command": "cat x"}, blocked_path=str(tree.parent / "secret/key")
    )
    assert policy.explain(request).decision == "deny"


def test_a_directory_with_a_star_in_its_name_is_no_pattern(tmp_path):
    odd = tmp_path / "a*b"
    odd.mkdir()
    policy = reading(odd, "src/**")
    assert decide(policy, file_path=str(odd / "src" / "x")) == "allow"
    assert decide(policy, file_path=str(tmp_path / "aXb" / "src" / "x")) == "deny"


@pytest.mark.parametrize("pattern", ["src/**.py", "a**/b", "src/*/../x", "**/.."])
def test_a_pattern_that_says_something_else_than_it_means_is_refused(pattern):
    with pytest.raises(PolicyError, match=r"rule 2: .*no path pattern") as caught:
        Policy.of([{"deny": "Bash"}, {"allow": "Read", "path": pattern}])
    assert caught.value.rule == 2


def test_a_policy_without_a_directory_takes_the_sessions(tree):
    bare = Policy.of([{"allow": "Read", "path": "src/**"}])
    assert decide(bare.within(tree), file_path=f"{tree}/src/a.py") == "allow"
    assert decide(bare, file_path=f"{tree}/src/a.py") == "deny"
    bound = Policy.of([{"allow": "Read", "path": "src/**"}], cwd=tree)
    assert bound.within(os.sep) is bound


def by_backtracking(pattern, path):
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(by_backtracking(pattern[1:], path[at:]) for at in range(len(path) + 1))
    fits = path and pattern[0] in {"*", path[0]}
    return bool(fits) and by_backtracking(pattern[1:], path[1:])


@given(
    st.lists(st.sampled_from(["a", "b", "*", "**"]), max_size=6).map(tuple),
    st.lists(st.sampled_from(["a", "b"]), max_size=8).map(tuple),
)
def test_two_stars_stand_for_any_number_of_components(pattern, path):
    assert matches_components(pattern, path) == by_backtracking(pattern, path)
