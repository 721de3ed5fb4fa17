"""Supervisors of children that come and go: A6, G4, H5 and H7.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import CLEAN, FAILED, started, stopped
from tests.supervision.play import Role


def test_a6_a_dynamic_supervisor_starts_nothing_at_boot(play):
    play.boot_dynamic()
    assert play.log == []
    assert play.answer("count_children") == ("ok", 0, 0, 0, 0)


@pytest.mark.parametrize("reason", CLEAN)
def test_a_dynamic_child_that_ends_for_good_is_forgotten(play, reason):
    play.boot_dynamic()
    play.answer("start_child", Role(id="a", restart="transient"))
    assert play.ends(("a", 1), reason) == []
    assert play.answer("which_children") == ("ok", [])


def test_a_dynamic_child_that_fails_is_restarted(play):
    play.boot_dynamic()
    play.answer("start_child", Role(id="a"))
    assert play.ends(("a", 1), "crash") == started(("a", 2))


def test_a5_a_dynamic_supervisor_bears_three_failures(play):
    play.boot_dynamic()
    play.answer("start_child", Role(id="a"))
    play.behave("a", start="error")
    assert play.ends(("a", 1), "crash") == FAILED * 3
    assert play.reason() == "shutdown"


def test_b5_a_dynamic_child_that_is_not_wanted_is_not_added(play):
    play.boot_dynamic()
    play.behave("a", start="ignore")
    assert play.answer("start_child", Role(id="a")) == ("ok", None)
    assert play.answer("which_children") == ("ok", [])


def test_g4_dynamic_children_are_told_at_once_and_share_the_wait(play):
    play.behave("a", linger=4)
    play.behave("b", linger=9)
    play.boot_dynamic()
    for id_ in "aabb":
        play.answer("start_child", Role(id=id_))
    play.stop()
    play.advance(4.999)
    assert play.reason() is None
    play.advance(0.001)
    assert play.reason() == "shutdown"


def test_h5_a_dynamic_child_is_terminated_by_what_refers_to_it(play):
    play.boot_dynamic(intensity=0)
    play.answer("start_child", Role(id="a"))
    play.fresh_log()
    assert play.answer("terminate_child", ("a", 1)) == ("ok",)
    assert play.log == stopped(("a", 1))
    assert play.answer("terminate_child", ("a", 1)) == ("ok",)
    assert play.answer("which_children") == ("ok", [])


def test_h5_a_stranger_that_lives_is_left_alone(play):
    inner = Role(id="s", cast=(Role(id="x"),))
    play.boot_dynamic()
    play.answer("start_child", inner)
    assert play.answer("terminate_child", ("x", 1)) == ("child_not_found",)
    assert play.children(of=("s", 1)) == {"x": 1}


def test_e5_terminating_the_last_life_of_a_dynamic_child_cancels_its_retry(play):
    play.boot_dynamic(pauses=(1, 1, 1))
    play.answer("start_child", Role(id="a"))
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    assert play.answer("terminate_child", ("a", 1)) == ("ok",)
    play.advance(10)
    assert play.log == []
    assert play.answer("which_children") == ("ok", [])


def test_h7_there_are_at_most_max_children_and_one_that_waits_for_its_retry_is_one(play):
    play.boot_dynamic(max_children=1, pauses=(1, 1, 1))
    assert play.answer("start_child", Role(id="a")) == ("ok", ("a", 1))
    assert play.answer("start_child", Role(id="b")) == ("max_children",)
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    assert play.answer("start_child", Role(id="b")) == ("max_children",)
    assert play.answer("count_children") == ("ok", 1, 0, 0, 1)


def test_h7_a_dynamic_child_that_is_not_wanted_on_a_restart_makes_room(play):
    play.boot_dynamic(max_children=1)
    play.answer("start_child", Role(id="a"))
    play.behave("a", start="ignore")
    play.ends(("a", 1), "crash")
    assert play.answer("start_child", Role(id="b")) == ("ok", ("b", 1))
