"""A matcher that the CLI cannot read would switch its hook off: none gets that far."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.hooks.matcher import check_matcher


@pytest.mark.parametrize(
    "matcher",
    [
        "*",
        "Bash",
        "Edit|Write",
        "Edit, Write",
        "mcp__shop__price",
        "mcp__.*",
        "^(?:Bash|Read)$",
        "(?!Bash).*",
        r"mcp__\w+__(get|list)_\w{1,3}",
        r"\.py$",
        "[^a-z]",
        r"a\+\+",
        "x{2,}",
    ],
)
def test_what_both_languages_read_alike_is_a_matcher(matcher):
    check_matcher(matcher)


@pytest.mark.parametrize(
    ("matcher", "odd"),
    [
        ("(?P<tool>Bash)", "(?P"),
        ("(?i)bash", "(?i"),
        ("(?i:bash)", "(?i"),
        ("(?#why)Bash", "(?#"),
        ("(?>Bash)", "(?>"),
        ("(a)?(?(1)b|c)", "(?("),
        (r"\ABash\Z", r"\A"),
        (r"\x42ash", r"\x"),
        (r"(.)\1", r"\1"),
        ("Ba*+", "*+"),
        ("x{,3}", "{,"),
        ("[]a]", "[]"),
        ("[[a]]", "[["),
    ],
)
def test_what_is_something_else_in_javascript_is_refused(matcher, odd):
    with pytest.raises(ValueError, match=re.escape(repr(odd))):
        check_matcher(matcher)


@pytest.mark.parametrize("matcher", ["(", "a**", "[z-a]", "Bash\\"])
def test_what_is_no_regular_expression_is_refused(matcher):
    with pytest.raises(ValueError, match="no regular expression"):
        check_matcher(matcher)


@pytest.mark.parametrize("matcher", ["", "  "])
def test_an_empty_matcher_is_refused(matcher):
    with pytest.raises(ValueError, match="leave it out to match everything"):
        check_matcher(matcher)


@pytest.mark.parametrize("matcher", [None, 5, ["Bash"], re.compile("Bash")])
def test_a_matcher_is_a_text(matcher):
    with pytest.raises(TypeError, match="a matcher is a text"):
        check_matcher(matcher)


@given(st.text(alphabet=r"ab\()[]{}?*+|^$.:=!<P,1 ", min_size=1))
def test_whatever_passes_compiles(matcher):
    try:
        check_matcher(matcher)
    except ValueError:
        return
    if matcher != "*":
        re.compile(matcher)
