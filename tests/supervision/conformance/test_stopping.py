"""How a supervisor and its children end: group G.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import (
    ABNORMAL,
    CLEAN,
    STRATEGIES,
    down,
    roles,
    started,
    stopped,
)
from tests.supervision.model_world import NEVER
from tests.supervision.play import Role


def test_g1_a_child_has_its_time_to_end_and_no_more(play):
    play.behave("a", linger=3)
    play.behave("b", linger=9)
    play.boot(*roles("ab"))
    play.fresh_log()
    play.stop()
    play.advance(5)
    play.advance(3)
    assert play.log == [
        ("stop", ("b", 1)),
        ("kill", ("b", 1)),
        down(("b", 1), "killed"),
        ("stop", ("a", 1)),
        down(("a", 1)),
    ]
    assert play.reason() == "shutdown"


def test_g1_one_with_infinity_has_all_the_time(play):
    play.behave("a", linger=3_000)
    play.boot(*roles("a", shutdown="infinity"))
    play.stop()
    play.advance(2_999)
    assert play.reason() is None
    play.advance(1)
    assert play.reason() == "shutdown"


def test_g2_brutal_kill_does_not_ask_first(play):
    play.behave("a", linger=3)
    play.boot(*roles("a", shutdown="brutal_kill"))
    play.fresh_log()
    play.stop()
    play.run()
    assert play.log == [("kill", ("a", 1)), down(("a", 1), "killed")]


def test_g2_it_cannot_be_refused(play):
    play.behave("a", clings=NEVER)
    play.boot(*roles("a", shutdown="brutal_kill"))
    play.stop()
    play.advance(2)
    assert play.reason() == "shutdown"


def test_g3_children_stop_one_after_the_other_in_reverse_order(play):
    for id_ in "abc":
        play.behave(id_, linger=1)
    play.boot(*roles("abc"))
    play.fresh_log()
    play.stop()
    play.advance(3)
    assert play.log == stopped(("c", 1), ("b", 1), ("a", 1))


@pytest.mark.parametrize("reason", [*CLEAN, *ABNORMAL])
def test_g6_who_ends_by_itself_meanwhile_disturbs_nobody(play, reason):
    play.behave("c", linger=4)
    play.boot(*roles("abc"))
    play.stop()
    play.advance(1)
    play.end(("b", 1), reason)
    play.run()
    play.fresh_log()
    play.end(("c", 1), reason)
    play.run()
    assert play.log == [down(("c", 1), reason), *stopped(("a", 1))]
    assert play.reason() == "shutdown"


def test_g6_who_dies_during_a_wave_is_part_of_it(play):
    play.behave("c", linger=4)
    play.boot(*roles("abc"), strategy="one_for_all", intensity=1)
    play.ends(("a", 1), "crash")
    assert play.ends(("b", 1), "crash") == []
    play.advance(4)
    assert play.log == [down(("c", 1)), *started(("a", 2), ("b", 2), ("c", 2))]
    assert play.reason() is None


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_died_with_another_is_restarted_once_in_a_wave_and_for_itself_without_one(
    play, strategy
):
    play.boot(*roles("ab"), strategy=strategy, intensity=1)
    play.end(("a", 1), "crash")
    play.end(("b", 1), "crash")
    play.run()
    assert (play.reason() is None) is (strategy != "one_for_one")


def test_g8_a_stop_overtakes_a_wave(play):
    play.behave("c", linger=2)
    play.boot(*roles("abc"), strategy="one_for_all")
    play.ends(("a", 1), "crash")
    play.stop()
    play.fresh_log()
    play.advance(2)
    assert play.log == [down(("c", 1)), *stopped(("b", 1))]
    assert play.reason() == "shutdown"


def test_g8_a_stop_during_a_start_waits_for_what_is_starting_and_stops_it(play):
    play.boot(*roles("ab"), strategy="one_for_all")
    play.behave("a", delay=2)
    play.ends(("b", 1), "crash")
    play.stop()
    play.fresh_log()
    play.advance(2)
    assert play.log == [("up", ("a", 2)), *stopped(("a", 2))]


def test_g8_stopping_twice_is_stopping_once(play):
    play.boot(*roles("a"))
    play.fresh_log()
    play.stop()
    play.stop()
    play.run()
    assert play.log == stopped(("a", 1))


NOT_STOPPED = [("supervisor_child_not_stopped", "a")]


@pytest.mark.parametrize(
    ("fields", "manner", "reported"),
    [
        ({}, {}, []),
        ({}, {"linger": 6}, NOT_STOPPED),
        ({"shutdown": "brutal_kill"}, {}, []),
        ({"shutdown": "brutal_kill"}, {"clings": NEVER}, []),
    ],
)
def test_g6_of_children_that_are_told_to_end_those_are_reported_that_do_not(
    play, fields, manner, reported
):
    play.behave("a", **manner)
    play.boot(*roles("a", **fields))
    play.stop()
    play.advance(9)
    assert play.reports == reported


def test_f2_who_was_one_time_too_many_is_not_reported_as_one_that_could_not_be_stopped(play):
    play.boot(*roles("a"), intensity=0)
    play.ends(("a", 1), "crash")
    assert [what for what, _ in play.reports] == ["supervisor_child_exited", "supervisor_gave_up"]


@pytest.mark.parametrize(("shutdown", "patience"), [(2, 2), ("brutal_kill", 0)])
def test_g8_a_start_is_not_waited_for_longer_than_its_child_would_be(play, shutdown, patience):
    play.boot(*roles("z"))
    play.behave("a", delay=9)
    answer = play.ask("start_child", Role(id="a", shutdown=shutdown))
    play.run()
    play.fresh_log()
    play.stop()
    play.advance(patience)
    assert play.log == stopped(("z", 1))
    assert play.reason() == "shutdown"
    assert answer.value == ("dead",)
    play.fresh_log()
    play.advance(9)
    assert play.log == [("up", ("a", 1)), ("kill", ("a", 1)), down(("a", 1), "killed")]


def test_g8_who_asked_for_a_start_that_a_stop_overtook_learns_that(play):
    play.boot()
    play.behave("a", delay=1)
    answer = play.ask("start_child", Role(id="a"))
    play.run()
    play.stop()
    play.advance(1)
    assert answer.value == ("dead",)


def test_g8_a_stop_calls_off_the_boot_of_a_supervisor_below(play):
    play.boot()
    play.behave("x", delay=1)
    play.ask("start_child", Role(id="s", cast=(Role(id="x"), Role(id="y"))))
    play.run()
    play.stop()
    play.fresh_log()
    play.advance(1)
    assert play.log == [("up", ("x", 1)), *stopped(("x", 1))]
    assert play.reason() == "shutdown"


def test_g3_a_start_that_a_stop_overtook_ends_at_its_place(play):
    play.boot(*roles("ab"))
    play.answer("terminate_child", "a")
    play.behave("a", delay=1)
    play.ask("restart_child", "a")
    play.run()
    play.stop()
    play.fresh_log()
    play.advance(1)
    assert play.log == [("up", ("a", 2)), *stopped(("b", 1), ("a", 2))]
