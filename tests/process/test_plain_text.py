"""Text that a terminal shows and does not obey."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from greenroom.runtime.process import plain_text
from tests import hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;Y2xpcGJvYXJk\x9cafter", "after"),
        ("\x1bPdevice control\x1b\\after", "after"),
        ("\x1b]unended\nnext line", "\nnext line"),
        ("\x1bcreset", "reset"),
        ("trailing \x1b", "trailing "),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("bell\x07 null\x00 del\x7f", "bell null del"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("a\u200bb", "a\\u200bb"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("half\ud800", "half\\ud800"),
        ("über 漢字 🎉", "über 漢字 🎉"),
    ],
)
def test_what_is_obeyed_is_dropped_and_what_is_hidden_is_shown(text, shown):
    assert plain_text(text) == shown


@given(hostile.TEXT)
@settings(deadline=None)
def test_nothing_that_a_terminal_obeys_is_left(text):
    shown = plain_text(text)
    assert not [c for c in shown if (ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0]
    shown.encode()  # no lone surrogate either


@given(hostile.TEXT)
@settings(deadline=None)
def test_showing_twice_changes_nothing(text):
    assert plain_text(plain_text(text)) == plain_text(text)
