"""How a process ended, in numbers and in words."""

from __future__ import annotations

import pytest

from greenroom.runtime.process import ExitStatus


@pytest.mark.parametrize(
    ("status", "words", "clean"),
    [
        (ExitStatus(code=0), "exit code 0", True),
        (ExitStatus(code=143), "exit code 143", False),
        (ExitStatus(signal=9), "signal 9 (SIGKILL)", False),
        (ExitStatus(signal=40), "signal 40 (unnamed)", False),
    ],
)
def test_a_status_reads_as_what_happened(status, words, clean):
    assert str(status) == words
    assert status.clean is clean


def test_an_unknown_status_is_not_clean():
    assert not ExitStatus().clean
    assert "unknown" in str(ExitStatus())


@pytest.mark.parametrize(
    ("word", "status"),
    [(0x0300, ExitStatus(code=3)), (9, ExitStatus(signal=9)), (0x8B, ExitStatus(signal=11))],
)
def test_a_wait_status_is_taken_apart(word, status):
    assert ExitStatus.from_wait_status(word) == status
