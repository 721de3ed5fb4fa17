"""What turns tell of callbacks that failed or denied."""

from __future__ import annotations

import pytest

from greenroom import Completed, Deadlines
from greenroom.callbacks import CallbackFault
from greenroom.permissions import Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Kill, Permission, Text, Wait
from tests.control.held import Held
from tests.control.questions import ASKED, LIST
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS


def fails(_request):
    raise LookupError("no such rule")


def test_a_turn_that_completes_tells_which_callbacks_failed_in_it(play):
    session = play(Scenario(turns=[ASKED, [Text("fine")]]), permissions=fails)
    done = session.ask("hello").result(DO)
    [failure] = done.callback_failures
    assert (failure.fault, failure.error_type) == (CallbackFault.RAISED, "LookupError")
    assert (failure.message, failure.tool_use_id) == ("no such rule", "toolu_1")
    [denial] = done.permission_denials
    assert (denial.tool_name, denial.source) == ("Bash", "host")
    following = session.ask("again").result(DO)
    assert (following.callback_failures, following.permission_denials) == ((), ())


def test_a_turn_that_fails_tells_which_callbacks_failed_in_it(play):
    session = play([LIST, Permission(), ApiError(500)], permissions=fails)
    error = session.ask("hello").outcome(DO)
    assert not isinstance(error, Completed)
    assert [failure.message for failure in error.context.callback_failures] == ["no such rule"]
    assert [denial.tool_use_id for denial in error.context.permission_denials] == ["toolu_1"]


@pytest.mark.parametrize("end", [Wait(), Kill()], ids=["overdue", "killed"])
def test_a_turn_without_a_result_tells_so_as_well(play, end):
    session = play([LIST, Permission(), end, Wait()], permissions=fails)
    turn = session.ask("hello", deadlines=Deadlines(start=10, first_event=10, silence=0.3))
    error = turn.outcome(DO)
    assert [failure.message for failure in error.context.callback_failures] == ["no such rule"]
    assert [denial.tool_use_id for denial in error.context.permission_denials] == ["toolu_1"]


def test_a_handler_that_counts_as_false_is_asked_all_the_same(play):
    class Empty(list):
        def __call__(self, _request):
            return Deny("not today")

    [denial] = play(ASKED, permissions=Empty()).ask("hello").result(DO).permission_denials
    assert denial.reason == "not today"


def test_a_call_that_both_sides_denied_is_told_once(play):
    session = play(ASKED, permissions=lambda _request: Deny("not today"))
    done = session.ask("hello").result(DO)
    assert len(done.frame.permission_denials) == 1  # what the CLI says of it
    [denial] = done.permission_denials
    assert (denial.reason, denial.source) == ("not today", "host")
    assert done.callback_failures == ()


def test_a_secret_of_the_session_is_not_in_what_a_turn_tells_of_a_failure(play):
    def tells(_request):
        raise ValueError("it is not-a-real-key")

    [failure] = play(ASKED, permissions=tells).ask("hello").result(DO).callback_failures
    assert "not-a-real-key" not in failure.message
    assert failure.message.startswith("it is ")


def test_a_callback_that_takes_too_long_is_denied_and_the_turn_goes_on(play):
    deadlines = Deadlines(start=10, first_event=10, silence=10, callback=0.2)
    held = Held()
    session = play(ASKED, permissions=held, deadlines=deadlines)
    done = session.ask("hello").result(DO)
    [failure] = done.callback_failures
    assert (failure.fault, done.text) == (CallbackFault.OVERDUE, "done")
    assert held.free.is_set()
