"""Restarts that fail, and how many there may be: groups E and F.

The number in a name is that of the rule.
"""

from __future__ import annotations

import pytest

from tests.supervision.conformance.words import FAILED, STRATEGIES, roles, started, stopped
from tests.supervision.play import Role

# --- E: restarts that fail ---


def test_e1_between_two_attempts_others_are_served(play):
    play.boot(*roles("a"), intensity=50)
    play.behave("a", start="error")
    play.end(("a", 1), "crash")
    children = play.ask("which_children")
    play.run()
    assert children.value == ("ok", [("a", "restarting", "worker")])


def test_e1_a_supervisor_that_tries_in_vain_can_be_stopped(play):
    play.boot(*roles("a"), intensity=50, pauses=(1, 1, 1))
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    play.stop()
    play.run()
    assert play.reason() == "shutdown"
    play.fresh_log()
    play.advance(100)
    assert play.log == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_e2_every_attempt_counts(play, strategy):
    play.boot(*roles("a"), strategy=strategy, intensity=4)
    play.behave("a", start="error")
    assert play.ends(("a", 1), "crash") == FAILED * 4
    assert play.reason() == "shutdown"


def test_e3_one_for_all_tries_all_again_when_a_sibling_fails(play):
    play.boot(*roles("abc"), strategy="one_for_all", intensity=5, pauses=(1, 1, 1))
    play.behave("b", start="error")
    assert play.ends(("c", 1), "crash") == [
        *stopped(("b", 1), ("a", 1)),
        *started(("a", 2)),
        ("start", "b"),
        ("start_error", "b"),
    ]
    assert play.children() == {"c": None, "b": "restarting", "a": 2}
    play.fresh_log()
    play.behave("b")
    play.advance(1)
    assert play.log == [*stopped(("a", 2)), *started(("a", 3), ("b", 2), ("c", 2))]


def test_e4_rest_for_one_retries_from_the_one_that_failed(play):
    play.boot(*roles("abc"), strategy="rest_for_one", intensity=5, pauses=(1, 1, 1))
    play.behave("b", start="error")
    assert play.ends(("a", 1), "crash") == [
        *stopped(("c", 1), ("b", 1)),
        *started(("a", 2)),
        ("start", "b"),
        ("start_error", "b"),
    ]
    play.fresh_log()
    play.behave("b")
    play.advance(1)
    assert play.log == started(("b", 2), ("c", 2))


def test_e5_while_it_is_restarting_there_is_little_to_be_done_with_a_child(play):
    play.boot(*roles("a"), intensity=5, pauses=(1, 1, 1))
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    assert play.answer("start_child", Role(id="a")) == ("already_present",)
    assert play.answer("restart_child", "a") == ("child_restarting",)
    assert play.answer("delete_child", "a") == ("child_restarting",)
    assert play.answer("count_children") == ("ok", 1, 0, 0, 1)


def test_e5_terminating_it_cancels_the_retry(play):
    play.boot(*roles("a"), intensity=5, pauses=(1, 1, 1))
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    assert play.answer("terminate_child", "a") == ("ok",)
    play.advance(100)
    assert play.log == []
    assert play.children() == {"a": None}


def test_e5_also_one_that_is_to_come_at_once(play):
    play.boot(*roles("a"), intensity=5)
    play.behave("a", start="error")
    play.end(("a", 1), "crash")
    play.ask("terminate_child", "a")
    play.fresh_log()
    play.run()
    assert play.log == [("down", ("a", 1), "crash"), *FAILED]
    assert play.children() == {"a": None}


def test_e5_the_retry_stays_cancelled_when_the_child_fails_once_more(play):
    play.boot(*roles("a"), intensity=9, pauses=(4, 4, 1))
    play.behave("a", start="error")
    play.ends(("a", 1), "crash")
    play.answer("terminate_child", "a")
    play.behave("a")
    play.answer("restart_child", "a")
    play.advance(2)
    play.behave("a", start="error")
    assert play.ends(("a", 2), "crash") == FAILED
    play.fresh_log()
    play.advance(3)
    assert play.log == []
    play.advance(1)
    assert play.log == FAILED


def test_a_sibling_that_dies_meanwhile_brings_back_the_one_that_waits_for_its_retry(play):
    play.boot(*roles("ab"), strategy="one_for_all", intensity=5, pauses=(1, 1, 1))
    play.behave("b", start="error")
    play.ends(("a", 1), "crash")
    play.behave("b")
    assert play.ends(("a", 2), "crash") == started(("a", 3), ("b", 2))
    play.fresh_log()
    play.advance(1)
    assert play.log == []


def test_e6_pauses_grow_with_every_attempt_and_start_anew_after_a_success(play):
    play.boot(*roles("a"), intensity=99, pauses=(0, 1, 2))
    for number in (1, 2):
        play.behave("a", start="error")
        assert play.ends(("a", number), "crash") == FAILED * 2
        for pause in (1, 2, 4):
            play.fresh_log()
            play.advance(pause - 0.001)
            assert play.log == []
            play.advance(0.001)
            assert play.log == FAILED
        play.behave("a")
        play.advance(8)


# --- F: intensity ---


@pytest.mark.parametrize(("pause", "survives"), [(5, False), (5.001, True)])
def test_f1_restarts_count_for_a_period_to_its_very_end(play, pause, survives):
    play.boot(*roles("a"), intensity=1, period=5)
    play.ends(("a", 1), "crash")
    play.advance(pause)
    play.ends(("a", 2), "crash")
    assert (play.reason() is None) is survives


def test_f1_at_intensity_0_the_first_failure_ends_it(play):
    play.boot(*roles("ab"), intensity=0)
    assert play.ends(("a", 1), "normal") == stopped(("b", 1))
    assert play.reason() == "shutdown"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_f2_who_gives_up_stops_the_others_in_reverse_order(play, strategy):
    play.boot(*roles("abcd"), intensity=0, strategy=strategy)
    assert play.ends(("b", 1), "crash") == stopped(("d", 1), ("c", 1), ("a", 1))


def test_f3_restarts_multiply_across_levels(play):
    inner = Role(id="s", cast=(Role(id="a"),), flags=(("intensity", 3),))
    play.boot(inner, intensity=2)
    play.behave("a", start="stillborn")
    log = play.ends(("a", 1), "crash")
    assert play.reason() == "shutdown"
    assert log.count(("start", "s")) == 2
    assert log.count(("start", "a")) == 3 + 4 + 4


def test_f4_children_that_were_added_are_not_known_to_the_next_life_of_a_supervisor(play):
    inner = Role(id="s", cast=(Role(id="a"),), flags=(("intensity", 0),))
    play.boot(inner)
    assert play.answer("start_child", Role(id="b"), of=("s", 1)) == ("ok", ("b", 1))
    play.ends(("a", 1), "crash")
    assert play.children(of=("s", 2)) == {"a": 2}
