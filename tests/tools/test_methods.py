"""Every method of the MCP that tools need, message by message."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.callbacks import Errand, Refusal
from greenroom.tools import ServerMessage, ToolAnnotations, ToolRegistry, ToolServers, tool
from greenroom_protocol.claude.control import McpAnswer
from tests.tools.client import Client, reply_to

ACKNOWLEDGED = McpAnswer.acknowledge()


@tool(annotations=ToolAnnotations(title="Price", read_only=True, open_world=False))
def price(item: str) -> str:
    """What an item costs."""
    return f"{item}: 3"


@tool(name="the stock", max_result_chars=500)
def stock() -> int:
    """How much there is."""
    return 7


@pytest.fixture(name="client")
def _client():
    return Client.of(ToolRegistry("The shop", [price, stock], version="2.1", instructions="Ask."))


@pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
def test_initialize_agrees_to_a_known_version(client, version):
    reply = client.request("initialize", protocolVersion=version, capabilities={})
    assert reply == {
        "jsonrpc": "2.0",
        "id": 0,
        "result": {
            "protocolVersion": version,
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": {"name": "The shop", "version": "2.1"},
            "instructions": "Ask.",
        },
    }


@pytest.mark.parametrize("params", [{}, {"protocolVersion": "2099-01-01"}, {"protocolVersion": 3}])
def test_initialize_offers_the_newest_version_otherwise(client, params):
    assert client.request("initialize", **params)["result"]["protocolVersion"] == "2025-11-25"


def test_a_second_handshake_is_answered_like_the_first(client):
    first, second = client.request("initialize"), client.request("initialize")
    assert first["result"] == second["result"]
    assert (first["id"], second["id"]) == (0, 1)


def test_ping_is_answered(client):
    assert client.request("ping") == {"jsonrpc": "2.0", "id": 0, "result": {}}


def test_tools_are_listed_as_they_are_registered(client):
    (first, second) = client.request("tools/list")["result"]["tools"]
    assert first == {
        "name": "price",
        "description": "What an item costs.",
        "inputSchema": price.input_schema,
        "annotations": {"title": "Price", "readOnlyHint": True, "openWorldHint": False},
    }
    assert second["name"].startswith("the_stock_")
    assert second["_meta"] == {"anthropic/maxResultSizeChars": 500}
    assert "annotations" not in second


def test_a_tool_is_called_by_either_name(client):
    wire = client.request("tools/list")["result"]["tools"][1]["name"]
    assert client.text(wire) == client.text("the stock") == "7"


def test_a_call_has_the_deadline_and_the_id_of_its_tool():
    @tool(timeout=2.5)
    def slow() -> None: ...

    errand = Client.of([slow, price]).start_call("slow")
    assert (errand.timeout, errand.tool_use_id, errand.name) == (2.5, "toolu_1", "tool shop.slow")
    assert Client.of([price]).start_call("price").timeout is None


def test_a_call_may_leave_arguments_out(client):
    assert reply_to(client.ask("tools/call", name="the stock"))["result"]["content"]
    assert reply_to(client.ask("tools/call", name="the stock", arguments=None))["result"]


@pytest.mark.parametrize(
    "method",
    ["notifications/initialized", "notifications/cancelled", "notifications/unheard_of"],
)
def test_notifications_are_acknowledged(client, method):
    assert client.tell(method) == ACKNOWLEDGED


def test_the_reply_to_a_request_we_never_sent_is_acknowledged(client):
    assert client.send({"jsonrpc": "2.0", "id": 3, "result": {}}) == ACKNOWLEDGED


@pytest.mark.parametrize("method", ["resources/list", "prompts/list", "tools/cal", ""])
def test_an_unknown_method_is_an_error(client, method):
    error = client.request(method)["error"]
    assert (error["code"], repr(method) in error["message"]) == (-32601, True)


def test_an_unknown_tool_is_an_error_result_that_names_the_others(client):
    result = client.call("prise")
    assert result["isError"]
    assert "no tool 'prise'. It has: price, the_stock_" in result["content"][0]["text"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"name": None},
        {"name": 3},
        {"name": "price", "arguments": []},
        {"name": "price", "arguments": "tea"},
    ],
)
def test_wrong_params_are_an_error(client, params):
    assert client.request("tools/call", **params)["error"]["code"] == -32602


@pytest.mark.parametrize(
    ("message", "request_id", "code"),
    [
        (None, None, -32600),
        ([], None, -32600),
        ("ping", None, -32600),
        ({}, None, -32600),
        ({"id": 1, "method": "ping"}, 1, -32600),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 1, -32600),
        ({"jsonrpc": "2.0", "id": 1}, 1, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": 3}, 1, -32600),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, None, -32600),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, None, -32600),
        ({"jsonrpc": "2.0", "id": 1.0, "method": "ping"}, None, -32600),
        ({"jsonrpc": "2.0", "id": [], "method": "ping"}, None, -32600),
        ({"jsonrpc": "2.0", "id": 0, "method": "ping", "params": []}, 0, -32602),
    ],
)
def test_a_malformed_message_is_an_error(client, message, request_id, code):
    reply = reply_to(client.send(message))
    assert (reply["id"], reply["error"]["code"]) == (request_id, code)


def test_a_server_nobody_gave_is_refused(client):
    answer = client.connection.answer(ServerMessage("shoe", {}))
    assert isinstance(answer, Refusal)
    assert "'shoe'" in answer.text
    assert "shop" in answer.text


def test_a_closed_connection_refuses(client):
    client.connection.close()
    client.connection.close()
    assert isinstance(client.ask("ping"), Refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
METHODS = st.sampled_from(["initialize", "tools/list", "tools/call", "ping", "x"]) | JSON
MESSAGES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.sampled_from(["2.0", "1.0", 2]),
        "id": st.sampled_from([0, 1, "a", None, True]) | JSON,
        "method": METHODS,
        "params": st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["price", "stock", 3]) | JSON,
                "arguments": JSON,
                "_meta": JSON | st.just({"claudecode/toolUseId": 3}),
            },
        )
        | JSON,
        "result": JSON,
    },
)


@given(st.lists(MESSAGES, max_size=5))
def test_every_message_has_a_sound_answer(messages):
    client = Client(ToolServers.of({"shop": [price, stock]}))
    for message in messages:
        answer = client.send(message)
        assert isinstance(answer, McpAnswer | Errand)
        reply = reply_to(answer)
        assert msgspec.json.encode(reply)
