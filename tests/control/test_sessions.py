"""Callbacks of whole sessions: what turns learn of them, and who they belong to."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextvars import ContextVar

import pytest

from greenroom import Cancelled, Completed, Crashed, Deadlines, System
from greenroom.callbacks import CallbackFault
from greenroom.hooks import deny
from greenroom.permissions import Allow, Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    ApiError,
    Ask,
    Frame,
    Gate,
    Hook,
    Kill,
    McpCall,
    Permission,
    Result,
    Text,
    ToolUse,
    Turn,
    Wait,
)
from greenroom.tools import ToolContext, tool
from greenroom_protocol.claude import User
from tests.patience import LADDER, PATIENCE_SECONDS, QUICK, eventually

DO = PATIENCE_SECONDS
TENANT = ContextVar("tenant", default="nobody")
LIST = ToolUse("Bash", {"command": "ls"}, id="toolu_1")
ASKED = (LIST, Permission(), Text("done"))


class Held:
    """A permission handler that waits until it is let go, or is not waited for any more."""

    def __init__(self, answer=None):
        self.answer = Allow() if answer is None else answer
        self.begun, self.free = threading.Event(), threading.Event()
        self.call = None

    def __call__(self, _request, call):
        self.call = call
        call.signal.on_cancel(self.free.set)
        self.begun.set()
        assert self.free.wait(DO)
        return self.answer

    def await_begin(self):
        assert self.begun.wait(DO)
        return self.call


def in_context_of(tenant, function):
    """Call `function` as `tenant` would."""
    token = TENANT.set(tenant)
    try:
        return function()
    finally:
        TENANT.reset(token)


def handshake_of(session, launch):
    return next(
        request
        for request in session.simulator.record(launch).requests
        if request["subtype"] == "initialize"
    )


# --- what turns learn ----------------------------------------------------------------------------


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


# --- whose they are ------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [False, True], ids=["sync", "async"])
def test_each_of_a_hundred_parallel_turns_is_answered_in_the_context_of_who_asked(play, later):
    def handler(_request):
        return Deny(TENANT.get())

    async def handler_later(request):
        await asyncio.sleep(0)
        return handler(request)

    session = play(
        Scenario(turns=[ASKED]),
        permissions=handler_later if later else handler,
        parallel=True,
        max_parallel=4,
        deadlines=Deadlines(start=60, first_event=60, silence=60),
    )
    turns = {
        tenant: in_context_of(tenant, lambda: session.ask("hello"))
        for tenant in (f"tenant {number}" for number in range(100))
    }
    seen = {
        tenant: [denial.reason for denial in turn.result(100).permission_denials]
        for tenant, turn in turns.items()
    }
    assert seen == {tenant: [tenant] for tenant in turns}


def test_turns_one_after_the_other_are_answered_each_in_the_context_of_who_asked(play):
    session = in_context_of(
        "owner", lambda: play(ASKED, permissions=lambda _request: Deny(TENANT.get()))
    )
    turns = [in_context_of(f"t-{number}", lambda: session.ask("hello")) for number in range(5)]
    reasons = [turn.result(DO).permission_denials[0].reason for turn in turns]
    assert reasons == [f"t-{number}" for number in range(5)]


def test_a_coroutine_is_answered_on_the_loop_of_who_asked(play):
    loops = []

    async def handler(_request):
        loops.append(asyncio.get_running_loop())
        return Allow()

    session = play(ASKED, permissions=handler)

    async def program():
        await session.ask("hello")
        return asyncio.get_running_loop()

    assert asyncio.run(program()) is loops[0]
    session.ask("again").result(DO)
    assert loops[1] is not loops[0]


def test_what_is_asked_between_turns_is_answered_in_the_context_of_the_session(play):
    seen, came = [], threading.Event()

    def handler(_request, call):
        seen.append((TENANT.get(), call.turn_id))
        came.set()
        return Allow()

    behind = Ask({"subtype": "can_use_tool", "tool_name": "Bash", "input": {}, "tool_use_id": "t"})
    session = in_context_of(
        "owner",
        lambda: play(
            Scenario(turns=[Turn([Text("hi")], after=[Gate("later"), behind])]),
            permissions=handler,
        ),
    )
    in_context_of("asker", lambda: session.ask("hello")).result(DO)
    session.simulator.open_gate("later")
    assert came.wait(DO)
    assert seen == [("owner", None)]
    answers = session.simulator.wait_for(lambda record: record.answers).answers
    assert answers[0]["response"] == {"behavior": "allow"}


def test_callbacks_of_one_query_are_its_own(system, simulator, tmp_path):
    installed = simulator(Scenario(turns=[ASKED]))

    def query(**callbacks):
        return system.ask(
            "hello",
            executable=installed.path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            deadlines=QUICK,
            **callbacks,
        )

    first = query(permissions=lambda _request: Deny("the first"))
    second = query(permissions=lambda _request: Deny("the second"))
    nobody = query()
    reasons = [turn.result(DO).permission_denials[0].reason for turn in (first, second)]
    assert reasons == ["the first", "the second"]
    assert "unattended" in nobody.result(DO).permission_denials[0].reason


def test_tools_and_hooks_of_one_query_are_its_own(system, simulator, tmp_path):
    installed = simulator(Scenario(turns=[[McpCall("shop", "whose"), Hook("Stop"), Text("ok")]]))
    stops = []

    def query(name):
        @tool
        def whose(context: ToolContext) -> str:
            """Tell whose it is."""
            return f"{name} {context.state}"

        return system.ask(
            "hello",
            executable=installed.path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            deadlines=QUICK,
            mcp_servers={"shop": [whose]},
            tool_state=f"of {name}",
            hooks={"Stop": lambda _asked: stops.append(name)},
        )

    turns = {name: query(name) for name in ("a", "b")}
    for name, turn in turns.items():
        [result] = turn.collect(DO).tool_calls
        assert f"{name} of {name}" in str(result.result.content)
    assert sorted(stops) == ["a", "b"]


# --- endings -------------------------------------------------------------------------------------


def test_a_turn_that_is_interrupted_tells_its_permission_handler(play):
    held = Held()
    session = play(Scenario(turns=[ASKED, [Text("next")]]), permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)
    assert call.signal.cancelled
    assert session.ask("again").text(DO) == "next"
    assert len(session.simulator.launches()) == 1


def test_a_coroutine_is_cancelled_when_its_turn_is_interrupted(play):
    begun, ended = threading.Event(), threading.Event()

    async def handler(_request):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    turn = play(ASKED, permissions=handler).ask("hello")
    assert begun.wait(DO)
    turn.interrupt()
    assert isinstance(turn.outcome(DO), Cancelled)
    assert ended.wait(DO)


def test_a_denial_that_interrupts_ends_the_turn_and_the_process_goes_on(play):
    session = play(
        Scenario(turns=[[LIST, Permission(), Text("no")], [Text("next")]]),
        permissions=lambda _request: Deny("stop it", interrupt=True),
    )
    outcome = session.ask("hello").outcome(DO)
    assert isinstance(outcome, Cancelled)
    assert outcome.confirmed
    assert session.ask("again").text(DO) == "next"
    assert len(session.simulator.launches()) == 1


def test_a_process_that_dies_under_its_callback_crashes_the_turn_and_sets_the_signal(play):
    held = Held()
    session = play(Scenario(turns=[ASKED]), Scenario(turns=[[Text("back")]]), permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    kill(session)
    assert isinstance(turn.outcome(DO), Crashed)
    assert held.free.wait(DO)
    assert call.signal.reason in {"the process is gone", "the turn is over"}
    assert session.ask("again").text(DO) == "back"


def kill(session):
    os.kill(session.info.pid, signal.SIGKILL)


def test_a_session_that_stops_under_its_callback_sets_the_signal(play):
    held = Held()
    session = play(ASKED, permissions=held)
    turn = session.ask("hello")
    call = held.await_begin()
    session.stop()
    assert call.signal.cancelled
    assert isinstance(turn.outcome(DO), Cancelled)


def test_a_system_closes_though_a_callback_is_stuck(simulator, tmp_path, capfd):
    free, begun = threading.Event(), threading.Event()

    def stuck(_request):
        begun.set()
        free.wait(DO)

    with System(configuration={}, ladder=LADDER) as system:
        turn = system.ask(
            "hello",
            executable=simulator(Scenario(turns=[ASKED])).path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            permissions=stuck,
        )
        assert begun.wait(DO)
    assert isinstance(turn.outcome(DO), Cancelled)
    free.set()
    assert "abandoned" in capfd.readouterr().err


def test_the_next_process_has_the_hooks_the_tools_and_the_handler_of_the_first(play):
    calls = []

    @tool
    def price() -> str:
        """The price."""
        calls.append("price")
        return "12"

    turns = [[LIST, Hook("PreToolUse"), McpCall("shop", "price"), *ASKED[1:]]]
    session = play(
        Scenario(turns=turns),
        Scenario(turns=turns),
        mcp_servers={"shop": [price]},
        hooks={"PreToolUse": lambda _asked: calls.append("hook")},
        permissions=lambda _request: Deny("no"),
    )
    first = session.ask("hello").result(DO)
    kill(session)
    eventually(lambda: session.info.pid is None)
    second = session.ask("again").result(DO)
    assert calls == ["hook", "price"] * 2
    assert [done.permission_denials[0].reason for done in (first, second)] == ["no", "no"]
    assert len(session.simulator.launches()) == 2
    assert handshake_of(session, 1)["hooks"] == handshake_of(session, 2)["hooks"]
    for launch in (1, 2):
        assert "--permission-prompt-tool=stdio" in session.simulator.record(launch).argv
    assert f"--resume={first.session_id}" in session.simulator.record(2).argv


# --- beside each other ---------------------------------------------------------------------------


def test_hooks_tools_and_permissions_of_one_turn_are_asked_independently(play):
    held = Held()

    @tool
    def price() -> str:
        """The price."""
        return "12"

    unawaited = {
        "subtype": "can_use_tool",
        "tool_name": "Bash",
        "input": {},
        "tool_use_id": "toolu_9",
    }
    session = play(
        [Ask(unawaited, wait=False), McpCall("shop", "price"), Gate("go"), Text("done")],
        permissions=held,
        mcp_servers={"shop": [price]},
    )
    turn = session.ask("hello")
    held.await_begin()
    reader = iter(turn)
    assert any(isinstance(frame, User) for frame in reader)  # the tool answered meanwhile
    assert not held.free.is_set()
    held.free.set()
    session.simulator.open_gate("go")
    turn.result(DO)


def test_a_hook_that_denies_is_what_the_cli_reads(play):
    session = play(
        [LIST, Hook("PreToolUse"), Text("done")],
        hooks={"PreToolUse": lambda _asked: deny("not here")},
    )
    session.ask("hello").result(DO)
    [answer] = session.simulator.record().answers
    output = answer["response"]["hookSpecificOutput"]
    assert (output["permissionDecision"], output["permissionDecisionReason"]) == (
        "deny",
        "not here",
    )


def test_a_reader_that_is_16_mib_behind_keeps_no_permission_waiting_for_a_second(play):
    frame = {
        "type": "assistant",
        "message": {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [{"type": "text", "text": "x" * 65_536}],
        },
        "parent_tool_use_id": None,
        "session_id": "$session_id",
        "uuid": "$uuid",
    }
    marker = Ask({"subtype": "can_use_tool", "tool_name": "A", "input": {}, "tool_use_id": "a"})
    steps = [Text("first"), Frame(frame, times=260), marker, Gate("go"), *ASKED, Result(text="end")]
    session = play(steps, permissions=lambda _request: Allow())
    turn = session.ask("hello")
    reader = turn.texts()
    rests = iter(reader)
    assert next(rests) == "first"
    session.simulator.wait_for(lambda record: len(record.answers) == 1, timeout_seconds=DO)
    session.simulator.open_gate("go")
    asked = time.monotonic()
    session.simulator.wait_for(lambda record: len(record.answers) == 2, timeout_seconds=DO)
    assert time.monotonic() - asked < 1.0
    assert turn.result(DO).text == "end"
    assert sum(map(len, rests)) > 16 * 2**20
