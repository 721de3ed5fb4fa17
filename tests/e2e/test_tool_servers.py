"""Servers of this program's tools with the real CLI, while a session goes on."""

from greenroom import ToolRegistry
from greenroom.testing.fake_anthropic import Text, ToolUse
from tests.e2e.shop import call, price, results, shown_tools

try:
    from mcp.server.mcpserver import MCPServer
except ImportError:
    from mcp.server.fastmcp import FastMCP as MCPServer


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
