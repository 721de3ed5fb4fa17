"""What a session can have its CLI do while it runs."""

from __future__ import annotations

import asyncio
import threading

import pytest

from greenroom import Cancelled, Completed, Crashed
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Gate, Kill, Permission, Reply, Result, Text, ToolUse, Wait
from greenroom.tools import tool
from greenroom.values.errors import ControlRefused
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.answers import (
    ContextUsage,
    InterruptReceipt,
    McpSetServersResult,
    RewindResult,
    TaskOutput,
)
from greenroom_protocol.claude.options import HttpServer, StdioServer
from tests.control.record import models, requests
from tests.control.turns import begin
from tests.patience import PATIENCE_SECONDS, QUICK, eventually

DO = PATIENCE_SECONDS


@tool
def price() -> str:
    """The price."""
    return "12"


def test_the_model_is_changed_for_all_turns_that_follow(play):
    session = play(Scenario(), warm=True)
    session.set_model("haiku").get(timeout=DO)
    turn = session.ask("hello")
    assert next(iter(turn)).model == "haiku"
    turn.result(DO)
    assert models(session) == ["haiku"]


def test_the_model_can_be_set_back_to_the_default(play):
    session = play(Scenario(), model="opus")
    session.ask("hello").result(DO)
    session.set_model(None).get(timeout=DO)
    session.ask("again").result(DO)
    assert models(session) == [None]


def test_the_permission_mode_is_changed(play):
    session = play(Scenario(), warm=True)
    session.set_permission_mode("plan").get(timeout=DO)
    session.set_permission_mode("manual").get(timeout=DO)
    modes = [request["mode"] for request in requests(session, "set_permission_mode")]
    assert modes == ["plan", "default"]


def test_the_tokens_of_thinking_are_bounded(play):
    session = play(Scenario(), warm=True)
    assert session.set_max_thinking_tokens(4000).get(timeout=DO) is None
    [request] = requests(session, "set_max_thinking_tokens")
    assert request["max_thinking_tokens"] == 4000


def test_an_order_can_be_awaited(play):
    session = play(Scenario(), warm=True)

    async def program():
        await session.set_model("haiku")
        return await session.mcp_status()

    assert asyncio.run(program()).servers == ()
    assert models(session) == ["haiku"]


def test_an_order_without_a_process_starts_one(play):
    session = play(Scenario())
    usage = session.context_usage().get(timeout=DO)
    assert isinstance(usage, ContextUsage)
    assert usage.total_tokens <= usage.max_tokens
    assert session.ask("hello").text(DO) == "You said: hello"
    assert len(session.simulator.launches()) == 1
    assert requests(session, "get_context_usage") == [
        {"subtype": "get_context_usage", "detail": "summary"}
    ]


def test_an_interrupt_ends_the_turn_as_what_it_is_and_has_a_receipt(play):
    session = play(Scenario(turns=[[Text("so far"), Wait()], [Text("next")]]))
    turn = session.ask("hello")
    begin(turn)
    receipt = session.interrupt().get(timeout=DO)
    assert isinstance(receipt, InterruptReceipt)
    assert type(turn.outcome(DO)).__name__ == "Cancelled"
    assert session.ask("again").text(DO) == "next"
    assert len(session.simulator.launches()) == 1
    assert requests(session, "interrupt") == [{"subtype": "interrupt", "cancel_queued": True}]


def test_an_interrupt_leaves_turns_that_wait_in_the_session(play):
    session = play(Scenario(turns=[[Text("so far"), Wait()], [Text("next")]]))
    running, waiting = session.ask("hello"), session.ask("later")
    begin(running)
    session.interrupt().get(timeout=DO)
    assert waiting.text(DO) == "next"


def test_an_interrupt_of_nothing_is_nothing(play):
    session = play(Scenario())
    assert session.interrupt().get(timeout=DO) is None
    session.ask("hello").result(DO)
    assert isinstance(session.interrupt().get(timeout=DO), InterruptReceipt)
    assert session.ask("again").text(DO) == "You said: again"


def test_servers_are_shown_switched_and_connected_again(play):
    session = play(Scenario(), mcp_servers={"shop": [price]})
    [server] = session.mcp_status().get(timeout=DO).servers
    assert (server.name, [one.name for one in server.tools]) in (("shop", ["price"]), ("shop", []))
    session.ask("hello").result(DO)
    assert session.mcp_toggle("shop", enabled=False).get(timeout=DO) is None
    assert session.mcp_status().get(timeout=DO).servers[0].status == "disabled"
    session.mcp_toggle("shop", enabled=True).get(timeout=DO)
    eventually(lambda: session.mcp_status().get(timeout=DO).servers[0].status == "connected")
    with pytest.raises(ControlRefused, match=r"print\.ts"):
        session.mcp_reconnect("shop").get(timeout=DO)
    with pytest.raises(ControlRefused, match="Server not found: nope"):
        session.mcp_reconnect("nope").get(timeout=DO)


def test_external_servers_are_replaced_and_those_of_the_session_stay(play):
    session = play(Scenario(), mcp_servers={"shop": [price]}, warm=True)
    files = StdioServer(command="serve-files", args=["--quiet"])
    result = session.set_mcp_servers({"files": files}).get(timeout=DO)
    assert isinstance(result, McpSetServersResult)
    assert (result.added, result.removed, result.errors) == (("files",), (), {})
    assert {one.name for one in session.mcp_status().get(timeout=DO).servers} == {"files", "shop"}
    [request] = requests(session, "mcp_set_servers")
    assert request["servers"]["shop"]["type"] == "sdk"
    assert session.set_mcp_servers({}).get(timeout=DO).removed == ("files",)
    assert [one.name for one in session.mcp_status().get(timeout=DO).servers] == ["shop"]


def test_servers_that_were_replaced_are_those_of_the_next_process(play):
    session = play(Scenario(turns=[[Text("x"), Kill()]]), mcp_servers={"shop": [price]}, warm=True)
    session.set_mcp_servers({"web": HttpServer(url="http://127.0.0.1:1/")}).get(timeout=DO)
    assert isinstance(session.ask("hello").outcome(DO), Crashed)
    session.warm()
    names = {one.name for one in session.mcp_status().get(timeout=DO).servers}
    assert len(session.simulator.launches()) == 2
    assert "shop" in names


def test_a_server_must_not_have_the_name_of_one_of_the_sessions_own(play):
    session = play(Scenario(), mcp_servers={"shop": [price]})
    with pytest.raises(LocalProtocolError, match="shop"):
        session.set_mcp_servers({"shop": StdioServer(command="x")})
    assert session.simulator.launches() == ()


def test_files_are_rewound_to_a_turn(play):
    session = play(Scenario(), file_checkpointing=True)
    turn = session.ask("change them")
    turn.result(DO)
    shown = session.rewind_files(turn, dry_run=True).get(timeout=DO)
    assert isinstance(shown, RewindResult)
    assert (shown.can_rewind, shown.insertions) == (True, 0)
    assert session.rewind_files(turn.id).get(timeout=DO).skipped_links == 0
    assert requests(session, "rewind_files") == [
        {"subtype": "rewind_files", "user_message_id": turn.id, "dry_run": True},
        {"subtype": "rewind_files", "user_message_id": turn.id},
    ]


def test_files_are_not_rewound_where_no_checkpoints_are_kept(play):
    session = play(Scenario())
    turn = session.ask("change them")
    turn.result(DO)
    with pytest.raises(ControlRefused, match="not enabled") as caught:
        session.rewind_files(turn).get(timeout=DO)
    assert (caught.value.order, caught.value.code) == ("rewind_files", "control_refused")


def test_tasks_are_stopped_read_and_moved_to_the_background(play):
    output = {"output": "built\n", "total_bytes": 6, "truncated": False}
    session = play(Scenario(requests={"get_task_output": Reply(response=output)}))
    assert session.task_output("t-1").get(timeout=DO) == TaskOutput(output="built\n", total_bytes=6)
    session.stop_task("t-1").get(timeout=DO)
    session.background_tasks().get(timeout=DO)
    session.background_tasks("toolu_1").get(timeout=DO)
    assert requests(session, "stop_task") == [{"subtype": "stop_task", "task_id": "t-1"}]
    assert [request.get("tool_use_id") for request in requests(session, "background_tasks")] == [
        None,
        "toolu_1",
    ]


def test_any_other_request_can_be_sent_by_its_name(play):
    answer = {"enabled": ["x"], "deep": {"a": 1}}
    session = play(Scenario(requests={"list_things": Reply(response=answer)}))
    assert session.control("list_things", of="a kind", depth=2).get(timeout=DO) == answer
    assert requests(session, "list_things") == [
        {"subtype": "list_things", "of": "a kind", "depth": 2}
    ]
    with pytest.raises(ControlRefused) as caught:
        session.control("no_such_thing").get(timeout=DO)
    assert (caught.value.order, caught.value.code) == ("no_such_thing", "unsupported_request")


def test_what_the_cli_told_of_itself_is_typed(play):
    session = play(Scenario())
    assert session.server_info is None
    assert session.ask("begin").outcome(10).ok
    assert session.server_info.models
    assert session.server_info.raw == session.info.server


def test_orders_are_served_while_a_permission_is_asked_for(play):
    nobody = Nobody()
    session = play(
        [ToolUse("Bash", {"command": "ls"}), Permission(), Text("done")], prompter=nobody
    )
    turn = session.ask("hello")
    assert nobody.asked.wait(DO)
    session.set_model("haiku").get(timeout=DO)
    assert not turn.done
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)


class Nobody:
    """A person who never answers."""

    def __init__(self):
        self.asked = threading.Event()

    def ask(self, _inquiry, call):
        self.asked.set()
        call.signal.wait(PATIENCE_SECONDS)


def test_a_result_is_the_same_whatever_was_ordered_meanwhile(play):
    session = play(Scenario(turns=[[Text("a"), Gate("go"), Text("b"), Result(text="all")]]))
    turn = session.ask("hello", deadlines=QUICK)
    begin(turn)
    orders = [session.mcp_status() for _ in range(50)]
    session.simulator.open_gate("go")
    assert turn.text(DO) == "all"
    assert all(order.get(timeout=DO).servers == () for order in orders)


def test_a_turn_is_asked_behind_the_orders_that_were_given_before_it(virtual):
    session = virtual().warm()
    session.order("set_model", model="haiku")
    session.ask()
    told = [line.get("request", line).get("subtype") for line in session.process.told]
    assert told == ["initialize", "set_model", None]


def test_an_interrupt_of_a_turn_of_the_clis_own_keeps_the_process(virtual):
    session = virtual().warm()
    session.process.greet()
    session.process.say(factories.system_init(prompts=["not-ours"]), factories.assistant_text("I"))
    waiting = session.ask("t-1")
    receipt = session.order("interrupt", cancel_queued=True)
    [asked] = [
        line
        for line in session.process.of_kind("control_request")
        if line["request"]["subtype"] == "interrupt"
    ]
    session.process.say(factories.control_success(asked["request_id"], {"still_queued": []}))
    session.process.say(factories.result_error())
    assert receipt.get().still_queued == ()
    assert not session.process.stopped
    assert len(session.spawner.processes) == 1
    assert [prompt["uuid"] for prompt in session.process.of_kind("user")] == ["t-1"]
    session.process.say(*factories.whole_turn(prompt="t-1"))
    assert isinstance(waiting.get(), Completed)
