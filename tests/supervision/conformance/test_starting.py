"""How children start, and which of them start again: groups B and C.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import ABNORMAL, CLEAN, STRATEGIES, roles, started, stopped
from tests.supervision.play import Role

# --- B: starting ---


def test_b1_children_start_from_left_to_right_each_after_the_last_is_up(play):
    play.behave("a", delay=3)
    booted = play.boot(*roles("ab"))
    assert play.log == [("start", "a")]
    assert booted.value is None
    play.advance(3)
    assert play.log == started(("a", 1), ("b", 1))
    assert play.children() == {"b": 1, "a": 1}


def test_b3_a_child_that_fails_at_boot_takes_the_others_along_and_is_not_retried(play):
    play.behave("c", start="error")
    booted = play.boot(*roles("abcd"), intensity=5)
    assert booted.value == ("failed_to_start_child", "c")
    assert play.log == [
        *started(("a", 1), ("b", 1)),
        ("start", "c"),
        ("start_error", "c"),
        *stopped(("b", 1), ("a", 1)),
    ]


def test_b3_also_if_it_is_the_last_one(play):
    play.behave("b", start="error")
    assert play.boot(*roles("ab")).value == ("failed_to_start_child", "b")
    assert play.log[-2:] == stopped(("a", 1))


@pytest.mark.parametrize(("restart", "left"), [("permanent", {"a": None}), ("temporary", {})])
def test_b5_a_child_that_is_not_wanted_leaves_its_spec_unless_it_is_temporary(play, restart, left):
    play.behave("a", start="ignore")
    assert play.boot(Role(id="a", restart=restart)).value == ("ok",)
    assert play.children() == left


@pytest.mark.parametrize(("restart", "left"), [("transient", {"a": None}), ("temporary", {})])
def test_b5_the_same_holds_for_one_that_is_added(play, restart, left):
    play.behave("a", start="ignore")
    play.boot()
    assert play.answer("start_child", Role(id="a", restart=restart)) == ("ok", None)
    assert play.children() == left


def test_b5_on_a_restart_it_leaves_its_spec_as_well(play):
    play.boot(*roles("a"))
    play.behave("a", start="ignore")
    assert play.ends(("a", 1), "crash") == [("start", "a"), ("ignored", "a")]
    assert play.children() == {"a": None}


# --- C: restart types ---


@pytest.mark.parametrize("reason", [*CLEAN, *ABNORMAL])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_c1_a_permanent_child_is_always_restarted(play, strategy, reason):
    play.boot(*roles("a"), strategy=strategy)
    assert play.ends(("a", 1), reason) == started(("a", 2))
    assert play.answer("count_children") == ("ok", 1, 1, 0, 1)


@pytest.mark.parametrize("reason", CLEAN)
def test_c2_a_transient_child_that_ends_cleanly_stays_down_till_it_is_restarted_by_hand(
    play, reason
):
    play.boot(*roles("a", restart="transient"))
    assert play.ends(("a", 1), reason) == []
    assert play.children() == {"a": None}
    assert play.answer("restart_child", "a") == ("ok", ("a", 2))


def test_c2_a_transient_child_that_crashes_is_restarted(play):
    play.boot(*roles("a", restart="transient"))
    assert play.ends(("a", 1), "crash") == started(("a", 2))


@pytest.mark.parametrize("reason", [*CLEAN, *ABNORMAL])
def test_c3_a_temporary_child_that_ends_is_forgotten(play, reason):
    play.boot(*roles("a", restart="temporary"))
    assert play.ends(("a", 1), reason) == []
    assert play.children() == {}
    assert play.answer("start_child", Role(id="a")) == ("ok", ("a", 2))


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_c3_also_when_a_siblings_failure_took_it_down(play, strategy):
    play.boot(Role(id="a"), Role(id="b", restart="temporary"), strategy=strategy)
    assert play.ends(("a", 1), "crash") == [*stopped(("b", 1)), *started(("a", 2))]
    assert play.children() == {"a": 2}


@pytest.mark.parametrize(("restart", "left"), [("permanent", 2), ("transient", None)])
def test_c5_giving_up_is_a_clean_end_so_a_transient_supervisor_stays_down(play, restart, left):
    top = Role(id="s", restart=restart, cast=(Role(id="a"),), flags=(("intensity", 0),))
    play.boot(top, intensity=5)
    play.ends(("a", 1), "crash")
    assert play.children() == {"s": left}


def test_one_that_is_dead_on_arrival_counts_as_one_that_failed(play):
    play.behave("a", start="stillborn")
    play.boot(*roles("a", restart="transient"), intensity=2)
    assert play.log.count(("start", "a")) == 3
    assert play.reason() == "shutdown"


REPORTED = [("supervisor_child_exited", "a")]


@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
@pytest.mark.parametrize("reason", [*CLEAN, *ABNORMAL])
def test_c6_ends_of_permanent_children_are_reported_and_crashes_of_all(play, restart, reason):
    play.boot(*roles("a", restart=restart))
    play.ends(("a", 1), reason)
    expected = REPORTED if restart == "permanent" or reason == "crash" else []
    assert play.reports == expected


def test_c6_giving_up_is_reported_with_the_child_that_was_too_much(play):
    play.boot(*roles("ab"), intensity=0)
    play.ends(("a", 1), "crash")
    assert play.reports == [*REPORTED, ("supervisor_gave_up", "a")]


def test_c5_also_when_it_gives_up_the_moment_it_is_up(play):
    inner = Role(
        id="s", restart="transient", cast=(Role(id="x"), Role(id="y")), flags=(("intensity", 0),)
    )
    play.behave("y", delay=1, start="ignore")
    play.boot(inner, intensity=0)
    play.ends(("x", 1), "normal")
    play.advance(1)
    assert play.children() == {"s": None}
