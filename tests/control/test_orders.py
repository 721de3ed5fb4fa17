"""What a session can have its CLI do while it runs, and what comes of it when it does not."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from greenroom import Cancelled, Completed, Crashed, Deadlines, Rejected, SchemaFailed
from greenroom.permissions import PermissionService
from greenroom.session.callbacks import Callbacks
from greenroom.session.messages import Submit
from greenroom.structured import Shape
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import (
    Exit,
    Gate,
    Kill,
    Permission,
    Reply,
    Result,
    Text,
    ToolUse,
    Turn,
    Wait,
)
from greenroom.tools import tool
from greenroom.values.errors import ControlLost, ControlRefused, ControlTimedOut
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.answers import (
    ContextUsage,
    InterruptReceipt,
    McpSetServersResult,
    RewindResult,
    TaskOutput,
)
from greenroom_protocol.claude.options import BypassPermissions, HttpServer, StdioServer
from tests.patience import PATIENCE_SECONDS, QUICK, eventually

DO = PATIENCE_SECONDS
HURRIED = Deadlines(start=10, first_event=10, silence=10, interrupt=2, control=0.2)


@tool
def price() -> str:
    """The price."""
    return "12"


def requests(session, subtype, launch=None):
    """The control requests of that kind that a process was sent."""
    record = session.simulator.record(launch)
    return [request for request in record.requests if request["subtype"] == subtype]


def begin(turn):
    """Read the first text of a turn; who reads on later finds the others."""
    turn.reader = iter(turn.texts())  # a reader that is gone would interrupt it
    return next(turn.reader)


def models(session, launch=None):
    return [request.get("model") for request in requests(session, "set_model", launch)]


# --- what there is -------------------------------------------------------------------------------


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


def test_a_change_without_a_process_starts_none_and_holds_for_the_next(play):
    session = play(Scenario())
    session.set_model("haiku").get(timeout=DO)
    session.set_permission_mode("plan").get(timeout=DO)
    assert session.simulator.launches() == ()
    assert next(iter(session.ask("hello"))).model == "haiku"
    argv = session.simulator.record().argv
    assert "--permission-mode=plan" in argv


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


# --- what is refused here ------------------------------------------------------------------------

GUARDED = (
    "apply_flag_settings",
    "cancel_async_message",
    "claim_session",
    "end_session",
    "initialize",
    "interrupt",
    "mcp_message",
    "mcp_set_servers",
    "set_cwd",
    "set_max_thinking_tokens",
    "set_mcp_permission_mode_override",
    "set_model",
    "set_permission_mode",
    "update_settings",
)


@pytest.mark.parametrize("subtype", GUARDED)
def test_what_would_go_behind_the_sessions_back_is_refused_and_says_what_to_do(play, subtype):
    session = play(Scenario())
    with pytest.raises(LocalProtocolError, match=f"{subtype}.*is not for sessions: "):
        session.control(subtype)
    assert session.simulator.launches() == ()


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("set_model", {"model": 7}),
        ("set_model", {"model": ""}),
        ("set_permission_mode", {"mode": "whatever"}),
        ("set_permission_mode", {"mode": "bypassPermissions"}),
        ("set_permission_mode", {"mode": None}),
        ("set_max_thinking_tokens", {"tokens": "many"}),
        ("set_max_thinking_tokens", {"tokens": -1}),
        ("mcp_reconnect", {"server": 7}),
        ("mcp_toggle", {"server": "a", "enabled": "yes"}),
        ("set_mcp_servers", {"servers": {"a": 7}}),
        ("set_mcp_servers", {"servers": {"a": [print]}}),
        ("set_mcp_servers", {"servers": "a"}),
        ("set_mcp_servers", {"servers": None}),
        ("rewind_files", {"turn": "u", "dry_run": "yes"}),
        ("stop_task", {"task_id": None}),
        ("task_output", {"task_id": 7}),
        ("background_tasks", {"tool_use_id": 7}),
        ("context_usage", {"detail": "everything"}),
        ("control", {0: "x", "a": object()}),
        ("control", {0: 7}),
        ("control", {0: ""}),
        ("control", {0: ["initialize"]}),
        ("control", {0: "x", "subtype": "initialize"}),
    ],
    ids=lambda value: str(value).partition(" at ")[0],
)
def test_a_field_of_a_wrong_kind_is_refused_before_anything_is_started(play, method, arguments):
    session = play(Scenario())
    positional = [arguments[0]] if 0 in arguments else []
    named = {name: value for name, value in arguments.items() if name != 0}
    with pytest.raises(LocalProtocolError):
        getattr(session, method)(*positional, **named)
    assert session.simulator.launches() == ()


def test_a_bypass_that_was_given_up_can_be_taken_up_again(play):
    consent = BypassPermissions(reason="a sandbox without a network")
    session = play(Scenario(), permission_mode=consent)
    assert session.ask("begin").outcome(10).ok
    session.set_permission_mode("plan").get(timeout=10)
    session.set_permission_mode(consent).get(timeout=10)
    modes = [request["mode"] for request in requests(session, "set_permission_mode")]
    assert modes == ["plan", "bypassPermissions"]


def test_what_the_cli_told_of_itself_is_typed(play):
    session = play(Scenario())
    assert session.server_info is None
    assert session.ask("begin").outcome(10).ok
    assert session.server_info.models
    assert session.server_info.raw == session.info.server


def test_permissions_are_bypassed_only_where_the_session_was_started_with_consent(play):
    consent = BypassPermissions(reason="a sandbox without a network")
    session = play(Scenario(), warm=True)
    with pytest.raises(LocalProtocolError, match="without consent"):
        session.set_permission_mode(consent)
    session.ask("hello").result(DO)
    assert requests(session, "set_permission_mode") == []
    other = play(Scenario(), warm=True, allow_dangerously_skip_permissions=consent)
    other.set_permission_mode(consent).get(timeout=DO)
    assert requests(other, "set_permission_mode")[0]["mode"] == "bypassPermissions"


def test_a_parallel_session_has_no_process_to_order_anything(play):
    session = play(Scenario(), parallel=True)
    for order in (session.mcp_status, session.interrupt, lambda: session.set_model("haiku")):
        with pytest.raises(LocalProtocolError, match="parallel session"):
            order()


# --- what does not come to anything --------------------------------------------------------------


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


# --- what holds afterwards -----------------------------------------------------------------------


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


def test_changes_hold_for_parallel_queries_that_are_asked_afterwards(play):
    session = play(Scenario())
    session.set_model("haiku").get(timeout=DO)
    turn = session.ask("beside", parallel=True)
    assert next(iter(turn)).model == "haiku"
    turn.result(DO)


def test_a_result_is_the_same_whatever_was_ordered_meanwhile(play):
    session = play(Scenario(turns=[[Text("a"), Gate("go"), Text("b"), Result(text="all")]]))
    turn = session.ask("hello", deadlines=QUICK)
    begin(turn)
    orders = [session.mcp_status() for _ in range(50)]
    session.simulator.open_gate("go")
    assert turn.text(DO) == "all"
    assert all(order.get(timeout=DO).servers == () for order in orders)


# --- options that came to contradict each other ---------------------------------------------------


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


# --- in virtual time ------------------------------------------------------------------------------


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


def test_a_turn_is_asked_behind_the_orders_that_were_given_before_it(virtual):
    session = virtual().warm()
    session.order("set_model", model="haiku")
    session.ask()
    told = [line.get("request", line).get("subtype") for line in session.process.told]
    assert told == ["initialize", "set_model", None]


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


@pytest.mark.parametrize(
    ("method", "arguments", "says"),
    [
        ("stop_task", {"task_id": 3}, "stop_task(): task_id must be str, not 3"),
        ("task_output", {"task_id": None}, "task_output(): task_id must be str, not None"),
        (
            "context_usage",
            {"detail": "all"},
            "context_usage(): detail must be 'full' or 'summary', not 'all'",
        ),
        (
            "background_tasks",
            {"tool_use_id": 7},
            "background_tasks(): tool_use_id must be str or None, not 7",
        ),
        ("mcp_reconnect", {"server": 3}, "mcp_reconnect(): server must be str, not 3"),
    ],
)
def test_the_method_and_the_wrong_value_are_named(play, method, arguments, says):
    session = play(Scenario())
    with pytest.raises(LocalProtocolError) as caught:
        getattr(session, method)(**arguments)
    assert str(caught.value) == says
