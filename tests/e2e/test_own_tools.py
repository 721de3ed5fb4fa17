"""Tools of this program with the real CLI: what the model sees, what runs, and what it is told."""

import asyncio
import base64
import os
import signal
import struct
import threading
import zlib
from typing import Annotated

import pytest

from greenroom import (
    Allow,
    Cancelled,
    Deny,
    Image,
    ToolContext,
    ToolError,
    ToolRegistry,
    ToolResult,
    tool,
)
from greenroom.testing.fake_anthropic import Text, ToolUse, parallel
from greenroom.tools import ToolAnnotations

try:
    from mcp.server.mcpserver import MCPServer
except ImportError:
    from mcp.server.fastmcp import FastMCP as MCPServer

PRICES = {"tea": 2.5, "cake": 4.0}


@tool
def price(item: Annotated[str, "what to buy"]) -> float:
    """Tell what something costs."""
    return PRICES[item]


def call(name, **arguments):
    return ToolUse(f"mcp__shop__{name}", arguments)


@pytest.fixture(name="shop")
def _shop(open_session):
    """A function that opens a session with tools of a server ``shop``; all of them may run."""

    def shop(*tools, **options):
        given = {"mcp_servers": {"shop": list(tools)}, "allowed_tools": ["mcp__shop"]}
        return open_session(**{**given, **options})

    return shop


def results(got):
    return [(bool(call.result.is_error), text_of(call.result.content)) for call in got.tool_calls]


def text_of(content):
    if isinstance(content, str):
        return content
    return "".join(block.get("text", f"<{block['type']}>") for block in content)


def shown_tools(request):
    return {each["name"]: each for each in request.body["tools"]}


def test_the_model_sees_the_tools_at_once_and_calls_them(api, shop):
    api.on("how much", call("price", item="tea"), Text("Two fifty."))
    got = shop(price).ask("how much").collect(20)
    assert results(got) == [(False, "2.5")]
    assert got.outcome.text == "Two fifty."
    shown = shown_tools(api.requests[0])
    assert shown["mcp__shop__price"]["description"] == "Tell what something costs."
    assert shown["mcp__shop__price"]["input_schema"]["required"] == ["item"]
    assert "defer_loading" not in shown["mcp__shop__price"]


# --- permission -------------------------------------------------------------------------------


def test_a_tool_of_this_program_needs_a_permission_like_any_other(api, shop):
    ran = []

    @tool
    def buy(item: str) -> str:
        """Buy something."""
        ran.append(item)
        return "bought"

    api.on("buy", call("buy", item="tea"), Text("I may not."))
    got = shop(buy, allowed_tools=[]).ask("buy").collect(20)
    assert ran == []
    assert [one.tool_name for one in got.outcome.permission_denials] == ["mcp__shop__buy"]


@pytest.mark.parametrize(
    "rule", ["mcp__shop__price", "mcp__shop", "mcp__shop__*"], ids=["tool", "server", "pattern"]
)
def test_a_rule_names_the_tool_or_its_server(rule, api, shop):
    api.on("how much", call("price", item="tea"), Text("Ok."))
    assert results(shop(price, allowed_tools=[rule]).ask("how much").collect(20)) == [
        (False, "2.5")
    ]


@pytest.mark.parametrize(
    ("answer", "error"), [(Allow({"item": "cake"}), False), (Deny("no"), True)]
)
def test_the_permission_handler_is_asked(answer, error, api, shop):
    told = []

    def handler(request):
        told.append((request.tool_name, request.mcp_server, request.input))
        return answer

    api.on("how much", call("price", item="tea"), Text("Ok."))
    got = shop(price, allowed_tools=[], permissions=handler).ask("how much").collect(20)
    assert told == [("mcp__shop__price", "shop", {"item": "tea"})]
    assert results(got) == [(error, "no" if error else "4.0")]


# --- running ----------------------------------------------------------------------------------


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


def test_an_interrupt_tells_the_tool_that_nobody_waits_any_more(api, shop):
    begun, told = threading.Event(), threading.Event()

    @tool
    def wait(context: ToolContext) -> str:
        """Wait."""
        begun.set()
        if context.signal.wait(20):
            told.set()
        return "too late"

    api.on("wait", call("wait"), Text("never"))
    session = shop(wait)
    turn = session.ask("wait")
    assert begun.wait(20)
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert told.wait(20)
    assert session.ask("hello").text(20) == "You said: hello"


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

    api.on("wait", call("wait"), Text("never"))
    session = shop(wait)
    turn = session.ask("wait")
    assert begun.wait(20)
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert told.wait(20)
    assert session.ask("hello").text(20) == "You said: hello"


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


# --- what comes back --------------------------------------------------------------------------


def test_structured_content_is_what_the_model_reads(api, shop):
    @tool
    def look() -> ToolResult:
        """Look."""
        return ToolResult(content="for people", structured={"for": "programs"})

    api.on("look", call("look"), Text("Ok."))
    [(_, text)] = results(shop(look).ask("look").collect(20))
    assert text == '{"for":"programs"}'


def test_the_model_sees_a_picture(api, shop):
    @tool
    def look() -> list:
        """Look."""
        return ["a dot", Image(dot())]

    api.on("look", call("look"), Text("Ok."))
    shop(look).ask("look").result(20)
    [result] = [
        block
        for message in api.requests[-1].body["messages"]
        for block in message["content"]
        if isinstance(block, dict) and block["type"] == "tool_result"
    ]
    text, image, *_where = result["content"]
    assert text["text"] == "a dot"
    assert image["source"]["media_type"] == "image/png"
    assert base64.b64decode(image["source"]["data"]).startswith(b"\x89PNG")


def dot():
    """Return a picture of one pixel."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


# --- the servers ------------------------------------------------------------------------------


def test_the_cli_tells_the_state_of_the_tools(shop):
    session = shop(price)
    session.ask("hello").result(20)
    [server] = session.mcp_status().get(timeout=10).servers
    assert (server.name, server.status) == ("shop", "connected")
    assert [one.name for one in server.tools] == ["price"]


def test_a_tool_that_is_registered_later_is_there_for_the_next_turn(api, open_session, eventually):
    registry = ToolRegistry("shop", [price])
    session = open_session(mcp_servers={"shop": registry}, allowed_tools=["mcp__shop"])
    session.ask("hello").result(20)
    assert "mcp__shop__stock" not in shown_tools(api.requests[-1])

    @registry.register
    def stock(item: str) -> int:
        """Tell how many there are."""
        return len(item)

    def names():
        [server] = session.mcp_status().get(timeout=10).servers
        return {one.name for one in server.tools}

    eventually(lambda: names() == {"price", "stock"}, 10)
    api.on("how many", call("stock", item="tea"), Text("Ok."))
    assert results(session.ask("how many").collect(20)) == [(False, "3")]
    assert "mcp__shop__stock" in str(api.requests[-1].body["messages"][:-2])
    registry.deregister("price")
    eventually(lambda: names() == {"stock"}, 10)
    api.on("how much", call("price", item="tea"), Text("Ok."))
    [(is_error, text)] = results(session.ask("how much").collect(20))
    assert is_error
    assert "No such tool" in text


def test_servers_of_the_configuration_files_stay_out(api, shop, project):
    (project / ".mcp.json").write_text(
        '{"mcpServers": {"other": {"command": "false", "args": []}}}'
    )
    session = shop(price, setting_sources=["project"])
    session.ask("hello").result(20)
    assert [one.name for one in session.mcp_status().get(timeout=10).servers] == ["shop"]


def test_a_server_of_the_mcp_package_keeps_its_resources(api, open_session):
    server = MCPServer("notes")

    @server.resource("note://one")
    def one() -> str:
        return "the note"

    @server.tool()
    async def ping(a: int) -> str:
        return f"ping {a}"

    api.on(
        "read",
        ToolUse("mcp__notes__ping", {"a": 1}),
        ToolUse("ListMcpResourcesTool", {}),
        ToolUse("ReadMcpResourceTool", {"server": "notes", "uri": "note://one"}),
        Text("Ok."),
    )
    session = open_session(
        mcp_servers={"notes": server}, allowed_tools=["mcp__notes"], tools=["default"]
    )
    told = [text for _, text in results(session.ask("read").collect(20))]
    assert "ping 1" in told[0]
    assert "note://one" in told[1]
    assert "the note" in told[2]


def test_a_session_whose_process_died_has_its_tools_in_the_next(api, shop, kill):
    api.on("how much", call("price", item="tea"), Text("Ok."))
    session = shop(price)
    session.ask("hello").result(20)
    kill(session)
    assert results(session.ask("how much").collect(20)) == [(False, "2.5")]


@pytest.fixture(name="kill")
def _kill(eventually):
    """A function that kills the process of a session, and waits until the session knows."""

    def kill(session):
        pid = session.info.pid
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: session.info.pid != pid, 10)

    return kill
