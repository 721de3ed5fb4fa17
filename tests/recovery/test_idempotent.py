"""A turn that may be asked twice is asked again when its process was lost, and no other is."""

from __future__ import annotations

import pytest

from greenroom import Crashed, Deadlines, Interrupted, Recovery, StartFailed
from greenroom.runtime import Backoff
from greenroom.session.events import TurnRepeated
from greenroom.testing import factories
from tests.control.virtual import PATIENT

SOON = Recovery(intensity=4, period=1e6, backoff=Backoff(jitter=0.0))
PATIENT_FOR_A_MINUTE = Deadlines(start=1e6, first_event=1e6, silence=1e6, interrupt=10, total=60)


def sent(session):
    """The ids of all prompts that were sent, by process."""
    return [process.prompts for process in session.spawner.processes]


def test_it_is_asked_again_under_an_id_of_its_own(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().crash()
    session.greet().answer("at last")
    outcome = turn.get(timeout=0)
    assert (outcome.text, outcome.turn_id) == ("at last", "t")
    [[first], [second]] = sent(session)
    assert first == "t" != second
    assert session.info.totals.turns == 1
    [repeated] = host.told(TurnRepeated)
    assert (repeated.turn_id, repeated.code) == ("t", "crashed")


def test_it_is_asked_once_for_each_loss_with_a_new_id_each_time(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    for _ in range(4):
        session.greet().crash()
        host.advance(5)
    session.greet().answer()
    assert turn.get(timeout=0).ok
    prompts = [uuid for prompts in sent(session) for uuid in prompts]
    assert len(prompts) == len(set(prompts)) == 5
    assert len(host.told(TurnRepeated)) == 4


def test_it_goes_before_those_that_came_after_it(host):
    session = host.session(recovery=SOON)
    turns = [session.ask(f"t-{n}", idempotent=True) for n in range(3)]
    session.greet().crash()
    session.greet()
    for n, turn in enumerate(turns):
        session.answer(f"answer {n}")
        assert turn.get(timeout=0).text == f"answer {n}"
    assert [turn.get(timeout=0).turn_id for turn in turns] == ["t-0", "t-1", "t-2"]


def test_another_one_is_never_asked_again(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t")
    session.greet().crash()
    host.advance(100)
    assert type(turn.get(timeout=0)) is Interrupted
    assert sent(session) == [["t"]]
    assert host.told(TurnRepeated) == []


def test_one_that_exits_cleanly_in_the_middle_is_asked_again(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().process.begin().end(0)
    session.greet().answer("whole")
    assert turn.get(timeout=0).text == "whole"


def test_one_whose_prompt_was_never_begun_is_asked_again_too(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().process.kill()
    session.greet().answer()
    assert turn.get(timeout=0).ok


def test_an_error_that_the_living_process_reports_is_the_end_of_it(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().process.refuse(529, "overloaded")
    assert turn.get(timeout=0).code == "api_failed"
    assert sent(session) == [["t"]]


def test_one_that_was_interrupted_is_not_asked_again(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().process.begin()
    session.cancel("t")
    session.process.kill()
    host.advance(100)
    assert turn.get(timeout=0).code == "cancelled"
    assert sent(session) == [["t"]]


def test_one_that_was_interrupted_while_it_waited_again_says_that_it_was_sent_once(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    for _ in range(2):
        session.greet().crash()
    assert session.info.phase == "recovering"
    session.cancel("t")
    host.advance(100)
    outcome = turn.get(timeout=0)
    assert (outcome.code, outcome.confirmed) == ("cancelled", False)
    assert len(session.starts) == 2


def test_one_that_timed_out_is_not_asked_again(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True, deadlines=PATIENT_FOR_A_MINUTE)
    session.greet().process.begin()
    host.advance(61)
    session.process.kill()
    host.advance(100)
    assert turn.get(timeout=0).code == "timed_out"
    assert sent(session) == [["t"]]


def test_one_is_not_asked_again_when_the_session_is_stopped(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.greet().process.begin()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    session.process.kill()
    host.advance(100)
    assert turn.get(timeout=0).code == "cancelled"
    assert sent(session) == [["t"]]


def test_one_that_waits_again_is_withdrawn_when_the_session_is_stopped(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    for _ in range(2):
        session.greet().crash()
    session.ref.stop(block=False)
    host.dispatcher.run_until_idle()
    assert (turn.get(timeout=0).code, turn.get(timeout=0).confirmed) == ("cancelled", False)


def test_the_clock_of_the_whole_turn_goes_on(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True, deadlines=PATIENT_FOR_A_MINUTE)
    host.advance(40)
    session.greet().crash()
    session.greet().process.begin()
    host.advance(19)
    assert session.info.running == "t"
    host.advance(2)
    outcome = turn.get(timeout=0)
    assert (outcome.code, outcome.seconds) == ("timed_out", 60)


def test_the_clock_of_the_whole_turn_goes_on_in_the_pause_too(host):
    slow = Recovery(period=1e6, backoff=Backoff(first=1000.0, cap=1000.0, jitter=0.0))
    session = host.session(recovery=slow)
    turn = session.ask("t", idempotent=True, deadlines=PATIENT_FOR_A_MINUTE)
    session.greet().crash()
    host.advance(61)
    assert turn.get(timeout=0).code == "timed_out"
    host.advance(2000)
    assert len(session.starts) == 1


def test_the_clock_of_a_silence_starts_anew(host):
    silent = Deadlines(start=50, first_event=50, silence=50, interrupt=10)
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True, deadlines=silent)
    for _ in range(2):
        session.greet().process.begin().say(factories.tool_use())  # a tool may take its time
        host.advance(200)
        session.process.kill()
        host.advance(1)
    session.greet().process.begin().say(factories.assistant_text("well"))
    host.advance(49)
    session.answer("there")
    assert turn.get(timeout=0).text == "there"


def test_a_silence_of_the_second_process_is_noticed_though_the_first_had_a_tool_open(host):
    silent = Deadlines(start=50, first_event=50, silence=50, interrupt=10)
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True, deadlines=silent)
    session.greet().process.begin().say(factories.tool_use())
    session.process.kill()
    session.greet().process.begin()
    session.process.say(factories.text_delta("hm"))
    host.advance(51)
    assert turn.get(timeout=0).code == "timed_out"


REFUSED = StartFailed("too old", code="cli_too_old")
FLAKY = StartFailed("no memory for it", code="no_resources", retryable=True)


def test_a_start_that_can_never_succeed_is_not_tried_again(host):
    session = host.session(recovery=SOON)
    session.backend.trouble = REFUSED
    turn = session.ask("t", idempotent=True)
    host.advance(100)
    assert turn.get(timeout=0).code == "cli_too_old"
    assert session.backend.tries == 1


def test_a_start_that_may_succeed_is_tried_again(host):
    session = host.session(recovery=SOON)
    session.backend.trouble = FLAKY
    turn = session.ask("t", idempotent=True)
    assert session.backend.tries == 2  # at once, and then after a pause
    session.backend.trouble = None
    host.advance(1)
    session.greet().answer()
    assert turn.get(timeout=0).ok


def test_a_start_that_never_succeeds_is_tried_as_often_as_the_policy_allows(host):
    session = host.session(recovery=SOON)
    session.backend.trouble = FLAKY
    turn = session.ask("t", idempotent=True)
    host.advance(1000)
    assert turn.get(timeout=0).code == "no_resources"
    assert session.backend.tries == 5
    assert session.info.phase == "stopped"


def test_refused_handshake_is_not_repeated(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.process.say(factories.control_error("greenroom_initialize", "no"))
    session.process.end(1)
    host.advance(100)
    assert isinstance(turn.get(timeout=0), StartFailed)
    assert len(session.starts) == 1


def test_a_flag_that_the_cli_does_not_know_is_not_tried_again(host):
    session = host.session(recovery=SOON)
    turn = session.ask("t", idempotent=True)
    session.process.fail(1, "error: unknown option '--nonsense'\n")
    host.advance(100)
    assert turn.get(timeout=0).code == "bad_flag"
    assert len(session.starts) == 1


def test_what_is_not_a_bool_is_refused(play):
    session = play()
    with pytest.raises(TypeError, match="idempotent"):
        session.ask("hello", idempotent="yes")


def test_each_waiting_turn_is_counted_once(host):
    session = host.session(recovery=SOON)
    turns = [session.ask(idempotent=n % 2 == 0, deadlines=PATIENT) for n in range(4)]
    for _ in range(2):
        session.greet().crash()
        host.advance(5)
    session.greet()
    for _ in range(4):
        if session.process.prompts and session.info.running:
            session.answer()
    outcomes = [turn.get(timeout=0) for turn in turns]
    assert [type(outcome) for outcome in outcomes].count(Interrupted) == 0
    assert all(outcome.ok for outcome in outcomes)
    assert session.info.totals.turns == session.info.totals.completed == 4
    assert not any(isinstance(outcome, Crashed) for outcome in outcomes)
