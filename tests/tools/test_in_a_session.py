"""Tools in a session with the simulated CLI: called, late, wrong, and told of their session."""

import asyncio
import threading

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import McpCall, Text
from greenroom.tools import ToolContext, ToolRegistry, tool
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(name="results_of")
def _results_of(simulator, system):
    """A function that has calls made in one turn: their results, as the CLI showed them."""

    def results_of(registry, *calls, **options):
        steps = [McpCall("shop", tool, arguments) for tool, arguments in calls]
        claude = simulator(Scenario(turns=[[*steps, Text("done")]]))
        session = system.session(
            executable=claude.path, api_key="none", mcp_servers={"shop": registry}, **options
        )
        collected = session.ask("go").collect(PATIENCE_SECONDS)
        assert collected.text == "done"
        return [(call.result.content, bool(call.result.is_error)) for call in collected.tool_calls]

    return results_of


def said(result):
    content, _ = result
    return content if isinstance(content, str) else content[0]["text"]


def test_tools_are_called_with_the_state_of_their_session(results_of):
    seen = []

    @tool
    def take(item: str, context: ToolContext) -> str:
        seen.append(context)
        context.state.append(item)
        return f"{len(context.state)} taken"

    cart = []
    results = results_of([take], ("take", {"item": "a"}), ("take", {"item": "b"}), tool_state=cart)
    assert [said(result) for result in results] == ["1 taken", "2 taken"]
    assert cart == ["a", "b"]
    assert all(context.turn_id and context.tool_use_id for context in seen)


def test_an_async_tool_is_awaited(results_of):
    @tool
    async def wait(item: str) -> str:
        await asyncio.sleep(0)
        return item

    (result,) = results_of([wait], ("wait", {"item": "tea"}))
    assert said(result) == "tea"


def test_one_that_is_late_is_an_error_and_is_told_so(results_of):
    late = threading.Event()

    @tool(timeout=0.05)
    def slow(context: ToolContext) -> None:
        if context.signal.wait(PATIENCE_SECONDS):
            late.set()

    registry = ToolRegistry("shop", [slow])
    (result,) = results_of(registry, ("slow", {}))
    assert result[1]
    assert "did not answer within 0.05 s" in said(result)
    assert late.wait(PATIENCE_SECONDS)
    usage = registry.usage("slow")
    assert (usage.failures, usage.cancelled, usage.running) == (1, 0, 0)


def test_whatever_goes_wrong_the_turn_goes_on(results_of, capsys):
    @tool
    def fail(item: str) -> object:
        if item == "object":
            return object()
        raise LookupError(item)

    results = results_of(
        [fail], ("fail", {"item": "tea"}), ("fail", {"item": "object"}), ("fail", {}), ("fall", {})
    )
    assert all(is_error for _, is_error in results)
    texts = [said(result) for result in results]
    assert texts[0] == "The tool 'fail' failed: LookupError: tea"
    assert "a value of the type object" in texts[1]
    assert "argument 'item' is missing" in texts[2]
    assert "no tool 'fall'" in texts[3]
    assert "callback_failed" in capsys.readouterr().err
