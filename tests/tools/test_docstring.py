"""Descriptions come out of Google-style docstrings, whatever else stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.tools.docstring import read_docstring


def test_sections_are_told_apart():
    read = read_docstring(
        """Find it.

        More words: with a colon.

        Args:
            name: what
              to find
            *rest (int): others
            odd line without a colon
        Returns:
            where it is

        Raises:
            LookupError: it is not there.

        The end.
        """
    )
    assert read.parameters == {"name": "what to find", "rest": "others odd line without a colon"}
    assert "where it is" in read.text
    assert "More words: with a colon." in read.text
    assert "The end." in read.text
    assert "LookupError" not in read.text
    assert "to find" not in read.text


@pytest.mark.parametrize("raw", [None, "", "   \n "])
def test_no_docstring_says_nothing(raw):
    assert read_docstring(raw) == ("", {})


@given(st.text())
def test_no_docstring_is_too_odd(raw):
    read_docstring(raw)
    read_docstring(f"A.\n\nArgs:\n{raw}")
