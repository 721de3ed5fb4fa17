"""A process that has nothing to do is ended, and the next turn does not notice."""

from __future__ import annotations

import pytest

from greenroom import Recovery
from greenroom.session.events import ProcessLost, ProcessRetired, ProcessStarted
from greenroom.session.messages import Warm
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Text
from greenroom.values.ladder import Rung
from greenroom_protocol import LocalProtocolError
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS
ID = factories.SESSION_ID


def used(host, **more):
    """A session in virtual time that has answered one turn, and its process with it."""
    session = host.session(idle_seconds=60.0, **more)
    session.ask()
    session.greet().answer()
    return session


def ended(session):
    """Whether its last process has ended."""
    assert session.process.stopped == (session.info.pid is None)
    return session.process.stopped


def test_it_ends_after_so_many_idle_seconds(host):
    session = used(host)
    host.advance(59.9)
    assert not ended(session)
    host.advance(0.2)
    assert ended(session)
    [retired] = host.told(ProcessRetired)
    assert (retired.why, retired.session_id) == ("idle", ID)
    assert host.told(ProcessLost) == []
    assert (session.info.phase, session.info.losses) == ("idle", 0)


def test_the_next_turn_goes_on_with_the_conversation(host):
    session = used(host)
    host.advance(61)
    assert ended(session)
    turn = session.ask()
    assert session.resumed() == {"resume": ID}
    session.greet().answer("back")
    assert (turn.get(timeout=0).text, turn.get(timeout=0).session_id) == ("back", ID)


def test_a_turn_that_takes_longer_is_not_cut(host):
    session = host.session(idle_seconds=60.0)
    turn = session.ask()
    session.greet().process.begin()
    host.advance(1000)
    assert not session.process.stopped
    session.answer()
    assert turn.get(timeout=0).ok
    host.advance(59)
    assert not ended(session)
    host.advance(2)
    assert ended(session)


def test_no_clock_runs_while_a_turn_does(host):
    session = host.session(idle_seconds=60.0)
    session.ask()
    session.greet().process.begin()
    host.advance(1000)
    pending = host.dispatcher._timers.next_due()
    assert pending is None or pending > host.now() + 1000  # the clocks of the turn are patient


def test_seconds_are_counted_from_the_end_of_the_last_turn(host):
    session = used(host)
    for _ in range(5):
        host.advance(40)
        session.ask()
        session.answer()
    assert not session.process.stopped
    host.advance(59)
    assert not ended(session)
    host.advance(2)
    assert ended(session)


def test_to_be_asked_whether_it_answers_is_nothing_to_do(host):
    session = used(host)
    for _ in range(2):
        host.advance(29)
        session.order("ping")
        request = session.process.of_kind("control_request")[-1]
        session.process.say(factories.control_success(request["request_id"], {}))
    host.advance(3)
    assert ended(session)


def test_a_process_that_was_warmed_and_never_asked_ends_too(host):
    session = host.session(idle_seconds=60.0).warm()
    session.greet()
    host.advance(61)
    assert ended(session)


def test_a_process_that_was_started_for_an_order_ends_too(host):
    session = host.session(idle_seconds=60.0)
    session.order("get_context_usage")
    [request] = [
        line
        for line in session.greet().process.of_kind("control_request")
        if line["request"]["subtype"] == "get_context_usage"
    ]
    session.process.say(factories.control_success(request["request_id"], {}))
    host.advance(61)
    assert ended(session)


def test_an_order_that_has_no_answer_yet_keeps_it(host):
    session = used(host)
    host.advance(59)
    reply = session.order("mcp_status", seconds=600.0)
    host.advance(120)
    assert not session.process.stopped
    request = session.process.of_kind("control_request")[-1]
    session.process.say(factories.control_success(request["request_id"], {"mcpServers": []}))
    assert reply.get(timeout=0) is not None
    host.advance(121)
    assert ended(session)


def test_an_order_is_work_as_well(host):
    session = used(host)
    host.advance(59)
    session.order("mcp_status")
    request = session.process.of_kind("control_request")[-1]
    session.process.say(factories.control_success(request["request_id"], {"mcpServers": []}))
    host.advance(59)
    assert not session.process.stopped
    host.advance(2)
    assert ended(session)


def test_an_eager_session_does_not_come_back_before_it_is_asked(host):
    session = used(host, recovery=Recovery(eager=True))
    host.advance(61)
    assert ended(session)
    host.advance(10_000)
    assert len(session.starts) == 1
    turn = session.ask()
    assert len(session.starts) == 2
    session.greet().answer()
    assert turn.get(timeout=0).ok
    session.process.kill()  # it is eager again
    assert len(session.starts) == 3


def test_it_comes_back_when_it_is_warmed(host):
    session = used(host, recovery=Recovery(eager=True))
    host.advance(61)
    assert ended(session)
    session.tell(Warm())
    assert len(session.starts) == 2


def test_a_turn_that_is_asked_while_it_ends_is_answered_by_the_next_process(host):
    session = used(host)
    session.process.lingers = True
    host.advance(61)
    turn = session.ask()
    assert len(session.starts) == 1
    session.process.end()
    session.greet().answer("from the next")
    assert turn.get(timeout=0).text == "from the next"
    assert host.told(ProcessLost) == []


def test_a_turn_of_the_cli_itself_keeps_it(host):
    session = used(host)
    host.advance(59)
    session.process.say(
        factories.lifecycle("cli-1", "started"), factories.system_init(prompts=["cli-1"])
    )
    host.advance(60)
    assert not session.process.stopped
    session.process.say(factories.unsolicited_result())
    host.advance(59)
    assert not session.process.stopped
    host.advance(2)
    assert ended(session)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_seconds_that_make_no_sense_are_refused(play, seconds):
    with pytest.raises(ValueError, match="idle_seconds"):
        play(idle_seconds=seconds)


def test_a_conversation_that_is_stored_nowhere_cannot_be_ended(play):
    with pytest.raises(LocalProtocolError, match="idle_seconds"):
        play(idle_seconds=60.0, no_session_persistence=True)


def test_a_simulated_cli_ends_and_is_resumed(play, heard):
    session = play(Scenario(turns=[[Text("after $history")]]), idle_seconds=0.1)
    first = session.ask("one").result(DO)
    eventually(lambda: session.info.pid is None)
    assert session.simulator.wait_for(lambda record: record.exit_code is not None).exit_code == 0
    second = session.ask("two").result(DO)
    assert (second.text, second.session_id) == ("after 1", first.session_id)
    started = [event for event in heard if type(event) is ProcessStarted]
    assert [event.rung for event in started] == [None, Rung.RESUME]
    eventually(lambda: session.info.pid is None)
