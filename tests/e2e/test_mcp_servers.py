"""Configurations of servers, as the real CLI reads them."""

import sys
from pathlib import Path

from greenroom.mcp import HttpServer, SseServer, StdioServer
from greenroom.testing.fake_anthropic import Text, ToolUse
from greenroom_protocol.claude import SystemInit

SCRIPT = str(Path(__file__).parents[1] / "mcp" / "scripted_server.py")
NOBODY = "http://127.0.0.1:9/"


def test_a_typed_server_is_started_and_called_by_the_cli(open_session, api):
    shop = StdioServer(
        command=sys.executable,
        args=["-S", "-u", SCRIPT],
        env={"SHOP": "open"},
        timeout_seconds=10,
        always_load=True,
    )
    api.on("say it", ToolUse("mcp__shop__tool0", {"text": "x"}), Text("Done."))
    session = open_session(mcp_servers={"shop": shop}, allowed_tools=["mcp__shop__tool0"])
    got = session.ask("say it").collect(20)
    assert got.outcome.text == "Done."
    assert "unknown tool tool0" in str(got.tool_calls[0].result.content)


def test_the_cli_takes_every_form_that_is_taken_here(open_session, api):
    api.on("hello", Text("hello"))
    servers = {
        "http": HttpServer(url=NOBODY, headers={"A": "b"}, timeout_seconds=1, always_load=False),
        "sse": SseServer(url=NOBODY, headers={"A": "b"}),
        "streamable": {"type": "streamable-http", "url": NOBODY},
        "ws": {"type": "ws", "url": "ws://127.0.0.1:9/"},
        "raw": {"command": "false"},
        "whole": {"type": "stdio", "command": "false", "args": [], "env": {}, "timeout": 1000},
    }
    turn = open_session(mcp_servers=servers).ask("hello")
    [init] = [frame for frame in turn if isinstance(frame, SystemInit)]
    assert {server.name for server in init.mcp_servers} == set(servers)
    assert init.mcp_server_errors == ()
