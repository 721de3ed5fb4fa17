"""Group D: who goes along when a child is restarted, and in which order."""

from __future__ import annotations

import pytest

from greenroom.runtime import NORMAL, SHUTDOWN
from tests.supervision.nursery import Boom

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]


def test_d1_one_for_one_touches_nobody_else(nursery):
    nursery.boot("abc")
    before = nursery.refs()
    nursery.end("b")
    after = nursery.refs()
    assert [id_ for id_ in "abc" if after[id_] is not before[id_]] == ["b"]
    assert nursery.log == ["crash b", "start b"]


def test_d2_one_for_all_stops_in_reverse_and_starts_in_order(nursery):
    nursery.boot("abc", strategy="one_for_all")
    nursery.end("b")
    assert nursery.log == ["crash b", "stop c", "stop a", "start a", "start b", "start c"]


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
@pytest.mark.parametrize("by_hand", [True, False])
def test_d3_who_was_stopped_or_had_ended_is_started_along(nursery, strategy, by_hand):
    nursery.boot(nursery.specs("abc", restart="transient"), strategy=strategy)
    if by_hand:
        nursery.ask("terminate_child", "b")
    else:
        nursery.end("b", NORMAL)
    assert nursery.states()["b"] == "stopped"
    nursery.end("a")
    assert nursery.states() == {"c": "running", "b": "running", "a": "running"}


def test_d4_rest_for_one_touches_only_those_after_it(nursery):
    nursery.boot("abcd", strategy="rest_for_one")
    before = nursery.refs()
    nursery.end("b")
    assert nursery.refs()["a"] is before["a"]
    assert nursery.log == ["crash b", "stop d", "stop c", "start b", "start c", "start d"]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("restart", "reason"),
    [("temporary", None), ("temporary", NORMAL), ("transient", NORMAL), ("transient", SHUTDOWN)],
)
def test_d5_a_child_that_is_not_restarted_disturbs_nobody(nursery, strategy, restart, reason):
    children = [nursery.spec("a"), nursery.spec("b", restart=restart), nursery.spec("c")]
    nursery.boot(children, strategy=strategy, intensity=0)
    before = nursery.refs()
    nursery.end("b", reason)
    after = nursery.refs()
    assert (after["a"], after["c"]) == (before["a"], before["c"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_d6_one_failure_is_one_restart_however_many_go_along(nursery, strategy):
    nursery.boot("abcdef", strategy=strategy, intensity=2)
    for _ in range(2):
        nursery.end("a")
        assert not nursery.over
    nursery.end("a")
    assert nursery.over


def test_d6_two_that_fail_at_the_same_time_in_a_wave_are_one_restart(nursery):
    """The second was to be stopped in any case, and had done so already."""
    nursery.boot("ab", strategy="one_for_all", intensity=1)
    for ref in nursery.refs().values():
        ref.tell(Boom())
    nursery.run()
    assert not nursery.over
    assert nursery.log == ["crash b", "crash a", "start a", "start b"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_d7_the_newest_child_is_listed_first(nursery, strategy):
    nursery.boot("ab", strategy=strategy)
    nursery.ask("start_child", nursery.spec("c"))
    assert list(nursery.states()) == ["c", "b", "a"]
    nursery.end("a")
    assert list(nursery.states()) == ["c", "b", "a"]


def test_d7_a_child_that_is_deleted_and_started_anew_is_the_newest(nursery):
    nursery.boot("ab")
    nursery.ask("terminate_child", "a")
    nursery.ask("delete_child", "a")
    nursery.ask("start_child", nursery.spec("a"))
    assert list(nursery.states()) == ["a", "b"]
