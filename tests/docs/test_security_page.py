"""The page on security names every rule, and for each the tests that hold it, which exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| (X\d+) \|(.*)\|$", PAGE, re.MULTILINE))
NOTHING_YET = {"X18", "X23"}


def test_every_rule_has_a_row():
    assert list(ROWS) == [f"X{number}" for number in range(1, 24)]


@pytest.mark.parametrize("rule", ROWS)
def test_a_rule_is_held_by_tests_that_exist_or_is_said_to_be_open(rule):
    tests = re.findall(r"`([\w/]*test_\w+\.py)`", ROWS[rule])
    places = [ROOT / (name if "/" in name else f"tests/security/{name}") for name in tests]
    assert [str(place) for place in places if not place.is_file()] == []
    assert tests or (rule in NOTHING_YET and "*" in ROWS[rule])


def test_every_file_of_tests_is_in_the_table():
    files = {path.name for path in (ROOT / "tests" / "security").glob("test_*.py")}
    assert {name for name in files if f"`{name}`" not in "".join(ROWS.values())} == set()
