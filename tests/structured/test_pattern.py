"""Which regular expressions may be sent."""

import re

import pytest

from greenroom.structured.pattern import is_portable


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[a-z]+$",
        r"^\d{4}-\d{2}-\d{2}$",
        r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$",
        "(?:a|b)*?c",
        "^(?=.*x)(?!y)z",
        r"[^\s\]]+",
        r"^(?<!a)b\/c$",
        "größe",
    ],
)
def test_what_both_languages_have_is_portable(pattern):
    assert re.compile(pattern)
    assert is_portable(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<year>\d+)",
        "(?i)abc",
        r"\Aabc\Z",
        "(?>a)b",
        "a*+",
        "a++",
        r"[\w-.]",
        r"[+-\d]",
        r"\_",
        r"\'",
        "a{",
        "{1}",
        "]",
        "[[]",
        "[]a]",
        r"(a)\1",
        r"\N{BULLET}",
        "(?#comment)a",
        "(?x) a b",
        "(",
        ")",
        "[a",
        "*",
        None,
        5,
    ],
)
def test_what_one_language_refuses_or_reads_otherwise_is_not(pattern):
    assert not is_portable(pattern)


def test_a_long_pattern_is_judged_in_no_time():
    assert is_portable("(a[b-c]+)?" * 20_000) in {True, False}
    assert not is_portable("(a[b-c]+)?" * 20_000 + "(?P<x>y)")
