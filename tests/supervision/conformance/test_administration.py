"""What a supervisor can be asked for: group H.

The number in a name is that of the rule.
"""

from __future__ import annotations

from tests.supervision.conformance.words import roles, stopped
from tests.supervision.play import Role


def test_h1_an_id_is_there_once(play):
    play.boot(*roles("a"))
    assert play.answer("start_child", Role(id="a")) == ("already_started", ("a", 1))
    play.answer("terminate_child", "a")
    assert play.answer("start_child", Role(id="a")) == ("already_present",)


def test_h1_a_start_that_fails_leaves_no_spec(play):
    play.boot()
    play.behave("a", start="error")
    assert play.answer("start_child", Role(id="a")) == ("failed_to_start_child", "a")
    assert play.children() == {}


def test_h2_terminating_keeps_the_spec_and_is_no_restart(play):
    play.boot(*roles("a"), intensity=0)
    play.fresh_log()
    assert play.answer("terminate_child", "a") == ("ok",)
    assert play.log == stopped(("a", 1))
    assert play.answer("terminate_child", "a") == ("ok",)
    assert play.answer("terminate_child", "x") == ("child_not_found",)
    assert play.children() == {"a": None}


def test_h2_a_temporary_child_that_is_terminated_is_forgotten(play):
    play.boot(*roles("a", restart="temporary"))
    assert play.answer("terminate_child", "a") == ("ok",)
    assert play.answer("terminate_child", "a") == ("child_not_found",)


def test_h3_only_what_is_down_can_be_restarted(play):
    play.boot(*roles("a"))
    assert play.answer("restart_child", "a") == ("child_running",)
    assert play.answer("restart_child", "x") == ("child_not_found",)
    play.answer("terminate_child", "a")
    play.behave("a", start="error")
    assert play.answer("restart_child", "a") == ("failed_to_start_child", "a")
    assert play.children() == {"a": None}
    play.behave("a")
    assert play.answer("restart_child", "a") == ("ok", ("a", 2))


def test_h4_only_what_is_down_can_be_deleted(play):
    play.boot(*roles("a"))
    assert play.answer("delete_child", "a") == ("child_running",)
    assert play.answer("delete_child", "x") == ("child_not_found",)
    play.answer("terminate_child", "a")
    assert play.answer("delete_child", "a") == ("ok",)
    assert play.answer("get_childspec", "a") == ("child_not_found",)


def test_h6_specs_are_counted_by_what_they_are_and_by_whether_they_run(play):
    play.boot(*roles("ab"), Role(id="s", cast=()))
    play.answer("terminate_child", "a")
    assert play.answer("count_children") == ("ok", 3, 2, 1, 2)


def test_h6_one_that_has_died_does_not_run_whether_its_supervisor_knows_or_not(play):
    play.behave("b", linger=2)
    play.boot(*roles("ab"))
    play.ask("terminate_child", "b")
    counts = play.ask("count_children")
    play.run()
    play.end(("a", 1), "crash")
    play.advance(2)
    assert counts.value == ("ok", 2, 0, 0, 2)


def test_h8_who_asks_one_that_is_not_there_learns_that(play):
    play.boot()
    play.stop()
    play.run()
    assert play.answer("which_children") == ("dead",)


def test_requests_wait_while_the_supervisor_is_at_something(play):
    play.behave("a", linger=2)
    play.boot(*roles("ab"))
    first = play.ask("terminate_child", "a")
    second = play.ask("which_children")
    play.run()
    assert (first.value, second.value) == (None, None)
    play.advance(2)
    assert first.value == ("ok",)
    assert second.value == ("ok", [("b", ("b", 1), "worker"), ("a", None, "worker")])


def test_requests_that_wait_when_it_ends_are_answered(play):
    play.behave("a", linger=2)
    play.boot(*roles("a"))
    first, second = play.ask("terminate_child", "a"), play.ask("which_children")
    play.run()
    play.stop()
    play.advance(2)
    assert (first.value, second.value) == (("ok",), ("dead",))
