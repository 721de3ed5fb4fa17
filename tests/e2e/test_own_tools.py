"""Tools of this program with the real CLI: what the model sees, and what needs a permission."""

import base64
import struct
import zlib

import pytest

from greenroom import Allow, Deny, Image, ToolResult, tool
from greenroom.testing.fake_anthropic import Text
from tests.e2e.shop import call, price, results, shown_tools


def test_the_model_sees_the_tools_at_once_and_calls_them(api, shop):
    api.on("how much", call("price", item="tea"), Text("Two fifty."))
    got = shop(price).ask("how much").collect(20)
    assert results(got) == [(False, "2.5")]
    assert got.outcome.text == "Two fifty."
    shown = shown_tools(api.requests[0])
    assert shown["mcp__shop__price"]["description"] == "Tell what something costs."
    assert shown["mcp__shop__price"]["input_schema"]["required"] == ["item"]
    assert "defer_loading" not in shown["mcp__shop__price"]


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
