"""A process is replaced at a turn boundary, and the conversation goes on."""

from __future__ import annotations

import pytest

from greenroom import Recovery
from greenroom.port import CloseReason
from greenroom.session.events import ProcessLost, ProcessRetired
from greenroom.session.messages import Recycle
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Gate, Text
from greenroom_protocol import LocalProtocolError
from tests.control.record import contents
from tests.control.turns import begin
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS
ID = factories.SESSION_ID


def recycle(session, why="a test"):
    session.tell(Recycle(why))
    return session


def test_an_idle_process_is_replaced_when_the_next_turn_comes(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    recycle(session)
    assert (session.info.phase, len(session.starts)) == ("idle", 1)
    turn = session.ask()
    assert session.resumed() == {"resume": ID}
    session.greet().answer("back")
    assert turn.get(timeout=0).text == "back"
    [retired] = host.told(ProcessRetired)
    assert retired.why == "a test"
    assert host.told(ProcessLost) == []


def test_an_eager_session_has_the_next_process_at_once(host):
    session = host.session(recovery=Recovery(eager=True))
    session.ask()
    session.greet().answer()
    recycle(session)
    assert len(session.starts) == 2


def test_a_running_turn_is_finished_first_and_those_that_wait_go_on_in_the_next_process(host):
    session = host.session()
    turns = [session.ask(f"t-{n}") for n in range(3)]
    session.greet().process.begin()
    recycle(session)
    host.advance(100)
    assert not session.process.stopped
    first = session.process
    session.answer("whole")
    assert turns[0].get(timeout=0).text == "whole"
    assert first.stopped
    assert first.prompts == ["t-0"]
    session.greet()
    for n in (1, 2):
        session.answer(f"answer {n}")
        assert turns[n].get(timeout=0).text == f"answer {n}"
    assert session.process.prompts == ["t-1", "t-2"]
    assert len(session.starts) == 2


def test_it_is_done_once_however_often_it_was_asked_for(host):
    session = host.session()
    session.ask()
    session.greet().process.begin()
    for _ in range(5):
        recycle(session)
    session.answer()
    recycle(session)
    session.ask()
    session.greet().answer()
    assert not session.process.stopped
    assert len(host.told(ProcessRetired)) == 1


def test_without_a_reason_it_is_done_as_well(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    assert recycle(session, "").process.stopped


def test_a_turn_of_the_cli_itself_is_finished_first(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    session.process.say(
        factories.lifecycle("cli-1", "started"), factories.system_init(prompts=["cli-1"])
    )
    recycle(session)
    assert not session.process.stopped
    session.process.say(factories.unsolicited_result())
    assert session.process.stopped


def test_an_order_is_answered_first(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    reply = session.order("mcp_status")
    recycle(session)
    assert not session.process.stopped
    request = session.process.of_kind("control_request")[-1]
    session.process.say(factories.control_success(request["request_id"], {"mcpServers": []}))
    assert reply.get(timeout=0) is not None
    assert session.process.stopped


def test_an_order_that_comes_meanwhile_is_obeyed_by_the_next_process(host):
    session = host.session()
    session.ask()
    session.greet().answer()
    session.process.lingers = True
    recycle(session)
    changed = session.order("set_model", model="haiku")
    session.process.end()
    assert changed.get(timeout=0) is None
    session.ask()
    assert session.backend.launched[-1].get("model") == "haiku"


def test_an_interrupted_turn_is_a_boundary_too(host):
    session = host.session()
    turn = session.ask("t")
    session.greet().process.begin()
    recycle(session)
    session.cancel("t")
    session.process.say(factories.result_error(prompt="t"), factories.lifecycle("t", "cancelled"))
    assert turn.get(timeout=0).code in {"interrupted", "cancelled"}
    assert session.process.stopped


def test_a_process_that_is_of_no_use_any_more_is_ended_in_the_middle_and_counts_as_lost(host):
    session = host.session()
    turn = session.ask()
    session.greet().process.begin()
    session.tell(Recycle("it used too much memory", CloseReason.MEMORY))
    assert turn.get(timeout=0).limit == "memory"
    [lost] = host.told(ProcessLost)
    assert (lost.code, lost.losses) == ("memory_limit", 1)


def test_a_process_that_does_not_answer_leaves_its_turn_unknown(host):
    session = host.session()
    turn = session.ask(idempotent=True)
    session.greet().process.begin()
    session.tell(Recycle("it does not answer", CloseReason.UNRESPONSIVE))
    session.greet().answer("again")
    assert turn.get(timeout=0).text == "again"
    assert host.told(ProcessLost)[0].code == "unresponsive"


def test_without_a_process_there_is_nothing_to_do(host):
    session = recycle(host.session())
    turn = session.ask()
    session.greet().answer()
    assert turn.get(timeout=0).ok
    assert host.told(ProcessRetired) == []


def test_a_conversation_that_is_stored_nowhere_is_not_risked(play):
    session = play(Scenario(), no_session_persistence=True)
    with pytest.raises(LocalProtocolError, match="no_session_persistence"):
        session.recycle()
    assert session.ask("one").text(DO) == "You said: one"


def test_a_dozen_turns_and_as_many_recyclings_lose_and_repeat_nothing(play):
    session = play(Scenario(turns=[[Text("after $history")]]))
    turns = []
    for n in range(12):
        turns.append(session.ask(f"turn {n}"))
        session.recycle(f"number {n}")
    assert [turn.text(DO) for turn in turns] == [f"after {n}" for n in range(12)]
    launches = range(1, len(session.simulator.launches()) + 1)
    sent = [prompt for launch in launches for prompt in contents(session, launch)]
    assert sent == [f"turn {n}" for n in range(12)]


def test_options_that_were_changed_hold_in_the_next_process(play):
    session = play(Scenario(turns=[[Text("one"), Gate("go")], [Text("two")]]))
    turn = session.ask("hello")
    assert begin(turn) == "one"
    session.recycle()
    session.set_model("haiku").get(timeout=DO)
    session.simulator.open_gate("go")
    turn.result(DO)
    session.ask("again").result(DO)
    assert "--model=haiku" in session.simulator.record(2).argv


def test_stopping_a_session_that_recycles_is_as_quick_as_ever(play):
    session = play(Scenario())
    session.ask("one").result(DO)
    session.recycle()
    session.stop(5)
    eventually(lambda: session.info.phase == "stopped")
    assert len(session.simulator.launches()) == 1
