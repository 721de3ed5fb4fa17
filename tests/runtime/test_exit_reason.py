from __future__ import annotations

import pytest

from greenroom.runtime import (
    KILLED,
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Crash,
    Killed,
    NoProc,
    Normal,
    Shutdown,
    ShutdownWith,
)


@pytest.mark.parametrize("reason", [NORMAL, SHUTDOWN, ShutdownWith("moved")])
def test_ends_that_were_wished_for_are_clean(reason):
    assert reason.clean


@pytest.mark.parametrize("reason", [Crash(ValueError()), KILLED, NO_PROC])
def test_all_others_are_not(reason):
    assert not reason.clean


def test_reasons_compare_by_what_they_say():
    error = ValueError("no")
    assert Crash(error) == Crash(error) != Crash(ValueError("no"))
    assert ShutdownWith(1) == ShutdownWith(1) != ShutdownWith(2)
    assert [Normal(), Shutdown(), Killed(), NoProc()] == [NORMAL, SHUTDOWN, KILLED, NO_PROC]
    assert NORMAL != SHUTDOWN


def test_reasons_do_not_change():
    with pytest.raises(AttributeError):
        ShutdownWith(1).term = 2


def test_a_reason_shows_what_it_is():
    assert repr(Crash(ValueError("no"))) == "Crash(error=ValueError('no'))"
