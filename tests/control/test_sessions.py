"""Hooks, tools and permissions of whole sessions, beside each other and in the next process."""

from __future__ import annotations

import os
import signal
import time

from greenroom.hooks import deny
from greenroom.permissions import Allow, Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import Ask, Frame, Gate, Hook, McpCall, Result, Text
from greenroom.tools import tool
from greenroom_protocol.claude import User
from tests.control.held import Held
from tests.control.questions import ASKED, LIST
from tests.control.record import handshake_of
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS


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
    os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: session.info.pid is None)
    second = session.ask("again").result(DO)
    assert calls == ["hook", "price"] * 2
    assert [done.permission_denials[0].reason for done in (first, second)] == ["no", "no"]
    assert len(session.simulator.launches()) == 2
    assert handshake_of(session, 1)["hooks"] == handshake_of(session, 2)["hooks"]
    for launch in (1, 2):
        assert "--permission-prompt-tool=stdio" in session.simulator.record(launch).argv
    assert f"--resume={first.session_id}" in session.simulator.record(2).argv


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
