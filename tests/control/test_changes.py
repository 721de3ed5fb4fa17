"""Changes of a session: they hold for all that follows, in the next process too."""

from __future__ import annotations

import pytest

from greenroom import Completed, Crashed, Rejected, SchemaFailed
from greenroom.structured import Shape
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Gate, Kill, Reply, Text, Turn
from greenroom.values.errors import ControlRefused
from tests.control.record import models
from tests.control.turns import begin
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS


def test_a_change_without_a_process_starts_none_and_holds_for_the_next(play):
    session = play(Scenario())
    session.set_model("haiku").get(timeout=DO)
    session.set_permission_mode("plan").get(timeout=DO)
    assert session.simulator.launches() == ()
    assert next(iter(session.ask("hello"))).model == "haiku"
    argv = session.simulator.record().argv
    assert "--permission-mode=plan" in argv


def test_a_change_outlives_the_process(play):
    session = play(Scenario(turns=[[Text("hi")], [Kill()], [Text("back")]]), Scenario())
    session.ask("hello").result(DO)
    session.set_model("haiku").get(timeout=DO)
    session.set_permission_mode("plan").get(timeout=DO)
    session.set_max_thinking_tokens(99).get(timeout=DO)
    assert isinstance(session.ask("again").outcome(DO), Crashed)
    turn = session.ask("and now?")
    assert next(iter(turn)).model == "haiku"
    turn.result(DO)
    argv = session.simulator.record(2).argv
    assert {"--model=haiku", "--permission-mode=plan"} <= set(argv)
    assert models(session, 2) == []


def test_a_change_that_the_cli_refuses_is_undone_and_another_stays(play):
    refused = Reply(error="not this one")
    session = play(
        Scenario(requests={"set_model": refused}, turns=[[Text("hi")], [Kill()]]),
        Scenario(),
        warm=True,
    )
    wrong, right = session.set_model("wrong"), session.set_permission_mode("plan")
    right.get(timeout=DO)
    with pytest.raises(ControlRefused, match="not this one"):
        wrong.get(timeout=DO)
    session.ask("hello").result(DO)
    assert isinstance(session.ask("again").outcome(DO), Crashed)
    session.ask("and now?").result(DO)
    argv = session.simulator.record(2).argv
    assert "--permission-mode=plan" in argv
    assert not any("wrong" in argument for argument in argv)


def test_a_change_during_a_turn_with_options_of_its_own_holds_for_the_next(play):
    session = play(Scenario(turns=[[Text("so far"), Gate("go")], [Text("next")]]), model="opus")
    turn = session.ask("hello", model="haiku")
    begin(turn)
    session.set_model("sonnet").get(timeout=DO)
    session.simulator.open_gate("go")
    turn.result(DO)
    following = session.ask("again")
    assert next(iter(following)).model == "sonnet"
    following.result(DO)
    assert models(session) == ["haiku", "sonnet"]


def test_a_turn_that_waits_is_asked_with_the_options_as_they_stand_then(play):
    session = play(Scenario(turns=[Turn(when="first", steps=[Text("so far"), Gate("go")])]))
    first, waiting = session.ask("first"), session.ask("second")
    begin(first)
    session.set_model("haiku").get(timeout=DO)
    session.simulator.open_gate("go")
    assert next(iter(waiting)).model == "haiku"
    waiting.result(DO)


def test_changes_hold_for_parallel_queries_that_are_asked_afterwards(play):
    session = play(Scenario())
    session.set_model("haiku").get(timeout=DO)
    turn = session.ask("beside", parallel=True)
    assert next(iter(turn)).model == "haiku"
    turn.result(DO)


def test_a_turn_whose_options_do_not_fit_any_more_is_rejected_and_harms_nobody(virtual):
    servers = {"files": {"type": "stdio", "command": "serve-files", "args": []}}
    session = virtual(mcp_servers=servers)
    first = session.ask("t-1")
    waiting = session.ask("t-2", options={"mcp_servers": servers})
    session.process.greet()
    session.order("mcp_set_servers", mcp_servers={}, own=())
    session.process.say(*factories.whole_turn(prompt="t-1"))
    assert isinstance(first.get(), Completed)
    assert isinstance(waiting.get(), Rejected)
    assert session.ref.is_alive()
    following = session.ask("t-3")
    session.process.say(*factories.whole_turn(prompt="t-3"))
    assert isinstance(following.get(), Completed)


def test_a_repair_whose_options_do_not_fit_any_more_is_given_up(virtual):
    servers = {"files": {"type": "stdio", "command": "serve-files", "args": []}}
    shape = Shape.of(dict[str, int])
    session = virtual(mcp_servers=servers, json_schema=shape.schema)
    options = {"mcp_servers": servers, "json_schema": shape.schema}
    turn = session.ask("t-1", options=options, shape=shape, repairs=1)
    session.process.greet()
    session.order("mcp_set_servers", mcp_servers={}, own=())
    session.process.say(
        factories.system_init(prompts=["t-1"], tools=("StructuredOutput",)),
        factories.result_success(prompt="t-1"),
    )
    assert isinstance(turn.get(), SchemaFailed)
    assert session.ref.is_alive()


def test_a_change_that_is_given_up_is_set_back_before_the_next_turn(virtual):
    session = virtual(model="opus").warm()
    session.order("set_model", model="haiku", seconds=5)
    session.process.greet()
    session.dispatcher.advance(5.1)
    session.ask()
    models = [
        line["request"]["model"]
        for line in session.process.of_kind("control_request")
        if line["request"]["subtype"] == "set_model"
    ]
    assert models == ["haiku", "opus"]
