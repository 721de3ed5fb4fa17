"""Calls of this program's tools by the real CLI: how they run, fail and end."""

import asyncio
import threading

import pytest

from greenroom import Cancelled, ToolContext, ToolError, tool
from greenroom.testing.fake_anthropic import Text, parallel
from greenroom.tools import ToolAnnotations
from tests.e2e.shop import call, results


def test_calls_of_a_tool_that_only_reads_run_at_the_same_time(api, shop):
    both = threading.Barrier(2, timeout=20)

    @tool(annotations=ToolAnnotations(read_only=True))
    def meet(who: str) -> str:
        """Wait for the other."""
        both.wait()
        return who

    api.on("meet", parallel(call("meet", who="a"), call("meet", who="b")), Text("Ok."))
    assert results(shop(meet).ask("meet").collect(20)) == [(False, "a"), (False, "b")]


def test_calls_of_a_tool_that_may_write_run_one_after_the_other(api, shop):
    running, most = [], []

    @tool
    def write(who: str) -> str:
        """Write."""
        running.append(who)
        most.append(len(running))
        running.remove(who)
        return who

    api.on("go", parallel(call("write", who="a"), call("write", who="b")), Text("Ok."))
    assert results(shop(write).ask("go").collect(20)) == [(False, "a"), (False, "b")]
    assert most == [1, 1]


def test_coroutines_run_on_the_loop_of_whoever_asked(api, options, system):
    loops = []

    @tool
    async def meet(who: str) -> str:
        """Say who is there."""
        loops.append(asyncio.get_running_loop())
        return who

    api.on("meet", parallel(call("meet", who="a"), call("meet", who="b")), Text("Ok."))

    async def main():
        session = system.session(
            **options(mcp_servers={"shop": [meet]}, allowed_tools=["mcp__shop"])
        )
        async with session:
            assert (await session.ask("meet")).text == "Ok."
        return asyncio.get_running_loop()

    loop = asyncio.run(main())
    assert loops == [loop, loop]


def test_a_tool_that_takes_too_long_is_an_error_and_the_turn_goes_on(api, shop):
    stopped = threading.Event()

    @tool(timeout=0.3)
    def wait(context: ToolContext) -> str:
        """Wait."""
        context.signal.wait(20)
        stopped.set()
        return "too late"

    api.on("wait", call("wait"), Text("Ok."))
    got = shop(wait).ask("wait").collect(20)
    [(is_error, text)] = results(got)
    assert is_error
    assert "0.3" in text
    assert stopped.wait(20)
    assert got.outcome.text == "Ok."
    assert [one.fault.value for one in got.outcome.callback_failures] == ["overdue"]


def raising(item: str) -> str:
    """Fail."""
    raise RuntimeError(f"there is no {item}")


def complaining(item: str) -> str:
    """Complain."""
    raise ToolError(f"we are out of {item}")


@pytest.mark.parametrize(
    ("function", "told", "failures"),
    [(raising, "there is no tea", 1), (complaining, "we are out of tea", 0)],
    ids=["raises", "complains"],
)
def test_a_tool_that_fails_is_an_error_for_the_model(function, told, failures, api, shop):
    api.on("how much", call(function.__name__, item="tea"), Text("Ok."))
    got = shop(tool(function)).ask("how much").collect(20)
    [(is_error, text)] = results(got)
    assert is_error
    assert told in text
    assert len(got.outcome.callback_failures) == failures
    assert got.outcome.text == "Ok."


def test_arguments_that_do_not_fit_are_told_and_the_tool_does_not_run(api, shop):
    ran = []

    @tool
    def count(number: int) -> int:
        """Count."""
        ran.append(number)
        return number

    api.on("count", call("count", number="many"), call("count", number=3), Text("Ok."))
    got = shop(count).ask("count").collect(20)
    assert [is_error for is_error, _ in results(got)] == [True, False]
    assert ran == [3]


def interrupt(tool, begun, api, shop):
    """Interrupt a turn that waits for `tool`; the session goes on."""
    api.on("wait", call("wait"), Text("never"))
    session = shop(tool)
    turn = session.ask("wait")
    assert begun.wait(20)
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert session.ask("hello").text(20) == "You said: hello"


def test_an_interrupt_tells_the_tool_that_nobody_waits_any_more(api, shop):
    begun, told = threading.Event(), threading.Event()

    @tool
    def wait(context: ToolContext) -> str:
        """Wait."""
        begun.set()
        if context.signal.wait(20):
            told.set()
        return "too late"

    interrupt(wait, begun, api, shop)
    assert told.wait(20)


def test_a_coroutine_is_cancelled_by_an_interrupt(api, shop):
    begun, told = threading.Event(), threading.Event()

    @tool
    async def wait() -> str:
        """Wait."""
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.set()
            raise
        return "too late"

    interrupt(wait, begun, api, shop)
    assert told.wait(20)


def test_a_tool_knows_its_call_and_what_the_session_gave_it(api, shop):
    seen = []

    @tool
    def look(context: ToolContext) -> str:
        """Look around."""
        seen.append(context)
        return "ok"

    api.on("look", call("look"), Text("Ok."))
    state = object()
    turn = shop(look, tool_state=state).ask("look")
    got = turn.collect(20)
    [context] = seen
    assert context.state is state
    assert (context.server, context.tool, context.turn_id) == ("shop", "look", turn.id)
    assert context.tool_use_id == got.tool_calls[0].use.id
    assert context.session_id == got.outcome.session_id
