"""Who callbacks belong to: they run in the context of who asked, and on its loop."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from greenroom import System
from greenroom.permissions import Allow, Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import Ask, Gate, Hook, McpCall, Text, Turn
from greenroom.tools import ToolContext, tool
from tests.control.questioners import Questioners
from tests.control.questions import ASKED
from tests.patience import PATIENCE_SECONDS
from tests.prepared_backend import PreparedBackend

DO = PATIENCE_SECONDS
TENANT = ContextVar("tenant", default="nobody")


def in_context_of(tenant, function):
    """Call `function` as `tenant` would."""
    token = TENANT.set(tenant)
    try:
        return function()
    finally:
        TENANT.reset(token)


@pytest.fixture(name="questioned")
def _questioned():
    """A function that opens a parallel session; its agents, played here, ask for permissions."""
    with System(configuration={}, backend=PreparedBackend()) as system:
        system._sessions._spawner = Questioners(system.dispatcher)

        def questioned(handler):
            return system.session(parallel=True, max_parallel=100, permissions=handler)

        yield questioned


@pytest.mark.parametrize("later", [False, True], ids=["sync", "async"])
def test_each_of_a_hundred_parallel_turns_is_answered_in_the_context_of_who_asked(
    questioned, later
):
    def handler(_request):
        return Deny(TENANT.get())

    async def handler_later(request):
        await asyncio.sleep(0)
        return handler(request)

    session = questioned(handler_later if later else handler)
    turns = {
        tenant: in_context_of(tenant, lambda: session.ask("hello"))
        for tenant in (f"tenant {number}" for number in range(100))
    }
    seen = {
        tenant: [denial.reason for denial in turn.result(DO).permission_denials]
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


def test_callbacks_of_one_query_are_its_own(query):
    ask = query(Scenario(turns=[ASKED]))
    first = ask("hello", permissions=lambda _request: Deny("the first"))
    second = ask("hello", permissions=lambda _request: Deny("the second"))
    nobody = ask("hello")
    reasons = [turn.result(DO).permission_denials[0].reason for turn in (first, second)]
    assert reasons == ["the first", "the second"]
    assert "unattended" in nobody.result(DO).permission_denials[0].reason


def test_tools_and_hooks_of_one_query_are_its_own(query):
    ask = query(Scenario(turns=[[McpCall("shop", "whose"), Hook("Stop"), Text("ok")]]))
    stops = []

    def ask_as(name):
        @tool
        def whose(context: ToolContext) -> str:
            """Tell whose it is."""
            return f"{name} {context.state}"

        return ask(
            "hello",
            mcp_servers={"shop": [whose]},
            tool_state=f"of {name}",
            hooks={"Stop": lambda _asked: stops.append(name)},
        )

    turns = {name: ask_as(name) for name in ("a", "b")}
    for name, turn in turns.items():
        [result] = turn.collect(DO).tool_calls
        assert f"{name} of {name}" in str(result.result.content)
    assert sorted(stops) == ["a", "b"]
