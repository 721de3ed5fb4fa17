"""Children whose end is their supervisor's: group I.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import roles
from tests.supervision.play import Role

ENDS = [  # restart type, how it ends, whether that is an end for good
    ("transient", "normal", True),
    ("transient", "crash", False),
    ("temporary", "normal", True),
    ("temporary", "crash", True),
]


@pytest.mark.parametrize(("restart", "reason", "for_good"), ENDS)
def test_i2_the_end_of_any_significant_child_is_the_end(play, restart, reason, for_good):
    pair = roles("ab", restart=restart, significant=True)
    play.boot(*pair, Role(id="c"), auto_shutdown="any_significant")
    play.ends(("a", 1), reason)
    assert (play.reason() == "shutdown") is for_good


@pytest.mark.parametrize(("restart", "reason", "for_good"), ENDS)
def test_i2_the_end_of_the_last_significant_child_is_the_end(play, restart, reason, for_good):
    pair = roles("ab", restart=restart, significant=True)
    play.boot(*pair, Role(id="c"), auto_shutdown="all_significant", intensity=9)
    play.ends(("a", 1), reason)
    assert play.reason() is None
    play.ends(("b", 1), reason)
    assert (play.reason() == "shutdown") is for_good


@pytest.mark.parametrize("mode", ["any_significant", "all_significant"])
def test_i2_the_end_of_one_that_is_not_significant_is_nothing(play, mode):
    play.boot(
        Role(id="a", restart="transient", significant=True),
        Role(id="b", restart="transient"),
        auto_shutdown=mode,
    )
    play.ends(("b", 1), "normal")
    assert play.reason() is None


@pytest.mark.parametrize("mode", ["any_significant", "all_significant"])
@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
@pytest.mark.parametrize("restart", ["transient", "temporary"])
def test_i3_one_that_a_wave_took_along_does_not_count(play, mode, strategy, restart):
    significant = Role(id="b", restart=restart, significant=True)
    play.boot(Role(id="a"), significant, strategy=strategy, auto_shutdown=mode)
    play.ends(("a", 1), "crash")
    assert play.reason() is None


@pytest.mark.parametrize("mode", ["any_significant", "all_significant"])
@pytest.mark.parametrize("restart", ["transient", "temporary"])
def test_i3_one_that_was_terminated_does_not_count(play, mode, restart):
    play.boot(Role(id="a", restart=restart, significant=True), auto_shutdown=mode)
    play.answer("terminate_child", "a")
    assert play.reason() is None


def test_i2_one_that_waits_for_its_retry_is_not_at_its_end(play):
    play.boot(
        *roles("ab", restart="transient", significant=True),
        auto_shutdown="all_significant",
        intensity=5,
        pauses=(1, 1, 1),
    )
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    play.ends(("b", 1), "normal")
    assert play.reason() is None


@pytest.mark.parametrize("significant", [True, False])
def test_i4_it_chains_upward_as_far_as_supervisors_are_significant(play, significant):
    worker = Role(id="a", restart="transient", significant=True)
    inner = Role(
        id="s",
        restart="transient",
        significant=significant,
        cast=(worker,),
        flags=(("auto_shutdown", "any_significant"),),
    )
    play.boot(inner, auto_shutdown="any_significant")
    play.ends(("a", 1), "normal")
    assert (play.reason() == "shutdown") is significant
