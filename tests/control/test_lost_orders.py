"""Orders that come to nothing: each has one end all the same."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from greenroom import Crashed, Deadlines
from greenroom.permissions import PermissionService
from greenroom.session.callbacks import Callbacks
from greenroom.session.messages import Submit
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Exit, Gate, Kill, Reply, Text, Wait
from greenroom.values.errors import ControlLost, ControlTimedOut
from greenroom_protocol.claude.answers import ContextUsage
from tests.control.record import requests
from tests.control.turns import begin
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS
HURRIED = Deadlines(start=10, first_event=10, silence=10, interrupt=2, control=0.2)


def test_an_order_that_is_never_answered_is_given_up(play):
    session = play(Scenario(requests={"set_model": Reply(ignore=True)}), deadlines=HURRIED)
    session.ask("hello").result(DO)
    with pytest.raises(ControlTimedOut, match=r"within 0\.2 s; Deadlines\(control=…\)") as caught:
        session.set_model("haiku").get(timeout=DO)
    assert (caught.value.order, caught.value.code) == ("set_model", "control_timed_out")
    assert session.ask("again").text(DO) == "You said: again"


def test_an_answer_that_comes_too_late_harms_nobody(play):
    late = Reply(before=[Gate("late")], response={"model": "haiku"})
    session = play(Scenario(requests={"set_model": late}), deadlines=HURRIED)
    session.ask("first").result(DO)
    with pytest.raises(ControlTimedOut):
        session.set_model("haiku").get(timeout=DO)
    session.simulator.open_gate("late")
    assert session.ask("hello").text(DO) == "You said: hello"
    assert session.ask("again").text(DO) == "You said: again"


def test_an_order_is_lost_with_the_process(play):
    session = play(Scenario(requests={"get_context_usage": Reply(before=[Exit(3)])}), warm=True)
    with pytest.raises(ControlLost, match="get_context_usage") as caught:
        session.context_usage().get(timeout=DO)
    assert (caught.value.order, caught.value.code) == ("get_context_usage", "control_lost")
    assert session.ask("hello").text(DO) == "You said: hello"


def test_an_order_is_lost_when_no_process_can_be_started(play, tmp_path):
    session = play(Scenario())
    broken = session._board  # the board is shown below, whatever becomes of the order
    session.simulator.path.unlink()
    with pytest.raises(ControlLost):
        session.mcp_status().get(timeout=DO)
    assert broken.info.phase == "idle"


def test_an_order_is_lost_when_the_session_is_stopped(play):
    session = play(Scenario(requests={"mcp_status": Reply(ignore=True)}), warm=True)
    order = session.mcp_status()
    session.stop()
    with pytest.raises(ControlLost):
        order.get(timeout=DO)


@pytest.mark.parametrize("order", ["mcp_status", "interrupt", "set_model"])
def test_a_stopped_session_carries_out_no_order(play, order):
    session = play(Scenario())
    session.stop()
    call = getattr(session, order)
    with pytest.raises(ControlLost, match="stopped"):
        (call("haiku") if order == "set_model" else call()).get(timeout=DO)


def test_an_order_to_a_session_that_is_stopping_is_lost_as_well(play):
    session = play(Scenario(turns=[[Text("so far"), Wait()]], on_interrupt="ignore"))
    turn = session.ask("hello")
    begin(turn)
    stopping = session.actor_ref.stop(block=False)
    orders = [session.mcp_status(), session.set_model("haiku"), session.interrupt()]
    for order in orders:
        with pytest.raises(ControlLost):
            order.get(timeout=DO)
    stopping.get(timeout=DO)
    turn.outcome(DO)


def test_an_order_starts_no_process_for_a_session_that_is_stopping(play):
    scenario = Scenario(turns=[[Text("so far"), Wait()]], on_interrupt="ignore")
    session = play(scenario)
    beside = session.ask("hello", parallel=True)
    begin(beside)
    stopping = session.actor_ref.stop(block=False)
    with pytest.raises(ControlLost):
        session.mcp_status().get(timeout=DO)
    stopping.get(timeout=DO)
    beside.outcome(DO)
    assert len(session.simulator.launches()) == 1


def test_an_order_to_a_process_that_leaves_is_carried_out_by_the_next(play):
    leaving = Scenario(turns=[[Text("so far"), Wait()]], on_eof=[Gate("leave"), Exit(0)])
    session = play(leaving, Scenario())
    turn = session.ask("hello")
    begin(turn)
    os.kill(session.info.pid, signal.SIGINT)  # it aborts the turn, and will exit
    turn.outcome(DO)
    order, change = session.context_usage(), session.set_model("haiku")
    session.simulator.open_gate("leave")
    assert isinstance(order.get(timeout=DO), ContextUsage)
    change.get(timeout=DO)
    assert len(session.simulator.launches()) == 2
    assert len(requests(session, "get_context_usage", 2)) == 1
    assert requests(session, "get_context_usage", 1) == []


def test_an_order_begins_no_other_conversation_where_this_one_is_lost(play):
    session = play(Scenario(turns=[[Text("hi")], [Kill()]]), no_session_persistence=True)
    session.ask("hello").result(DO)
    assert isinstance(session.ask("again").outcome(DO), Crashed)
    with pytest.raises(ControlLost, match="stored nowhere"):
        session.mcp_status().get(timeout=DO)
    assert session.ask("and now?").outcome(DO).code == "conversation_lost"
    assert len(session.simulator.launches()) == 1


def test_the_limit_of_an_answer_is_that_of_the_session(virtual):
    session = virtual()
    order = session.order("mcp_status", seconds=300)
    session.process.greet()
    session.dispatcher.advance(299.9)
    assert not order.done
    session.dispatcher.advance(0.2)
    with pytest.raises(ControlTimedOut, match="within 300 s"):
        order.get()
    assert not session.process.stopped


def test_each_order_has_one_end(virtual):
    session = virtual()
    order = session.order("mcp_status", seconds=5)
    session.process.greet()
    [_, asked] = session.process.of_kind("control_request")
    session.process.say(factories.control_success(asked["request_id"], {"mcpServers": []}))
    session.process.say(factories.control_error(asked["request_id"], "second thoughts"))
    session.dispatcher.advance(10)
    assert order.get().servers == ()
    session.process.end()


def test_a_session_that_fails_leaves_no_order_and_no_callback_waiting(virtual):
    begun, told = threading.Event(), threading.Event()

    def handler(_request, call):
        begun.set()
        call.signal.wait(DO)
        told.set()

    session = virtual(Callbacks(permissions=PermissionService(handler))).warm()
    session.process.greet()
    session.process.say(factories.can_use_tool())
    assert begun.wait(DO)
    order = session.order("mcp_status")
    session.ref.tell(Submit(None))  # nobody sends that
    session.dispatcher.run_until_idle()
    assert not session.ref.is_alive()
    with pytest.raises(ControlLost):
        order.get()
    assert told.wait(DO)
