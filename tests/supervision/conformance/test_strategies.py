"""Who goes along with a child that failed: group D.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import STRATEGIES, roles, started, stopped
from tests.supervision.play import Role


def test_d1_one_for_one_touches_only_the_one_that_failed(play):
    play.boot(*roles("abc"))
    assert play.ends(("b", 1), "crash") == started(("b", 2))


def test_d2_one_for_all_stops_the_others_in_reverse_order_and_starts_all_in_order(play):
    play.boot(*roles("abc"), strategy="one_for_all")
    assert play.ends(("b", 1), "crash") == [
        *stopped(("c", 1), ("a", 1)),
        *started(("a", 2), ("b", 2), ("c", 2)),
    ]


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_d3_what_was_down_for_a_good_reason_comes_back_with_the_others(play, strategy):
    play.boot(Role(id="a"), Role(id="b", restart="transient"), Role(id="c"), strategy=strategy)
    play.answer("terminate_child", "c")
    play.ends(("b", 1), "normal")
    assert play.ends(("a", 1), "crash") == started(("a", 2), ("b", 2), ("c", 2))


def test_d4_rest_for_one_leaves_those_before_the_failed_one_alone(play):
    play.boot(*roles("abcd"), strategy="rest_for_one")
    assert play.ends(("b", 1), "crash") == [
        *stopped(("d", 1), ("c", 1)),
        *started(("b", 2), ("c", 2), ("d", 2)),
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("restart", "reason"), [("transient", "normal"), ("temporary", "crash")])
def test_d5_one_that_is_not_restarted_disturbs_nobody(play, strategy, restart, reason):
    play.boot(Role(id="a", restart=restart), Role(id="b"), strategy=strategy, intensity=0)
    assert play.ends(("a", 1), reason) == []
    assert play.reason() is None


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_d6_one_failure_is_one_restart_however_many_it_takes_along(play, strategy):
    play.boot(*roles("abc"), strategy=strategy, intensity=2)
    play.ends(("a", 1), "crash")
    play.ends(("a", 2), "crash")
    assert play.reason() is None
    play.ends(("a", 3), "crash")
    assert play.reason() == "shutdown"


def test_d7_the_newest_child_is_listed_first(play):
    play.boot(*roles("ab"))
    play.answer("start_child", Role(id="c"))
    assert list(play.children()) == ["c", "b", "a"]
