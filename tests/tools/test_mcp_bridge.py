"""A server made with the `mcp` package is served as it is, and ends with its connection."""

import threading

import pytest

from greenroom.callbacks import Call, CallbackFault, CancelSignal, Errand
from greenroom.tools import ServerMessage, ToolServers, is_tool_server, tool
from greenroom_protocol.claude.control import McpAnswer
from tests.patience import PATIENCE_SECONDS, eventually
from tests.tools.client import Client, failure, reply_to

pytest.importorskip("mcp")

from tests.tools.real_server import Shop

INTRODUCTION = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "claude-code", "version": "2.1.329"},
}
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(name="shop")
def _shop():
    return Shop()


@pytest.fixture(name="told")
def _told():
    return []


@pytest.fixture(name="client")
def _client(shop, told):
    servers = ToolServers.of({"real": shop.server})
    client = Client(servers, "real", lambda server, message: told.append((server, message)))
    yield client
    client.connection.close()
    eventually(lambda: not running(), says="its thread ended")


def running():
    return [thread for thread in threading.enumerate() if thread.name == "greenroom-mcp-real"]


@pytest.fixture(name="ready")
def _ready(client):
    client.request("initialize", **INTRODUCTION)
    client.tell("notifications/initialized")
    return client


def test_a_server_of_the_package_is_recognised(shop):
    assert is_tool_server(shop.server)
    assert is_tool_server(shop.low_level)
    assert not is_tool_server(Shop)


def test_it_introduces_itself(client):
    result = client.request("initialize", **INTRODUCTION)["result"]
    assert result["serverInfo"]["name"] == "real"
    assert result["instructions"] == "Ask."
    assert {"tools", "resources", "prompts"} <= set(result["capabilities"])


def test_a_low_level_server_is_served_as_well(shop):
    client = Client(ToolServers.of({"real": shop.low_level}), "real")
    assert client.request("initialize", **INTRODUCTION)["result"]["serverInfo"]["name"] == "real"
    client.connection.close()
    eventually(lambda: not running())


def test_its_tools_are_listed_and_called(ready):
    names = {tool["name"] for tool in ready.request("tools/list")["result"]["tools"]}
    assert names == {"add", "fail", "wait", "sample", "announce"}
    assert ready.text("add", a=2, b=3) == "5"


def test_its_errors_are_its_own(ready):
    assert ready.call("fail")["isError"]
    assert "error" in ready.request("tools/unheard_of")


def test_its_resources_and_prompts_are_intact(ready):
    (resource,) = ready.request("resources/list")["result"]["resources"]
    assert resource["uri"].rstrip("/") == "shop://menu"
    (content,) = ready.request("resources/read", uri="shop://menu")["result"]["contents"]
    assert content["text"] == "tea"
    prompt = ready.request("prompts/get", name="greet", arguments={"name": "Ann"})["result"]
    assert prompt["messages"][0]["content"]["text"] == "Welcome Ann"


def test_its_notifications_are_passed_out(ready, told):
    assert ready.text("announce") == "done"
    assert ("real", "notifications/resources/list_changed") in [
        (server, message["method"]) for server, message in told
    ]


def test_what_it_asks_its_client_for_is_refused(ready):
    assert ready.text("sample").startswith("refused: ")


def test_a_call_taken_back_is_cancelled_there_and_answered_here(ready, shop):
    errand = ready.start_call("wait")
    replies = []
    waiting = threading.Thread(target=lambda: replies.append(reply_to(errand)))
    waiting.start()
    assert shop.waiting.wait(PATIENCE_SECONDS)
    ready.tell("notifications/cancelled", requestId=1, reason="AbortError")
    assert shop.cancelled.wait(PATIENCE_SECONDS)
    waiting.join()
    assert "cancelled" in replies[0]["error"]["message"]
    assert ready.text("add", a=1, b=1) == "2"


def test_a_call_nobody_waits_for_is_cancelled_there(ready, shop):
    signal = CancelSignal()
    errand = ready.start_call("wait")
    future = errand.call(Call(signal=signal))
    assert shop.waiting.wait(PATIENCE_SECONDS)
    signal.cancel("it did not answer within 60 s")
    assert shop.cancelled.wait(PATIENCE_SECONDS)
    assert "error" in future.get(timeout=PATIENCE_SECONDS)


def test_waiting_for_a_reply_keeps_no_thread(ready, shop):
    future = ready.start_call("wait").call(Call(signal=CancelSignal()))
    assert not future.done
    assert reply_to(ready.ask("ping"))["result"] == {}


def test_an_id_in_use_is_refused(ready):
    message = {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": "wait"}}
    assert isinstance(ready.send(message), Errand)
    assert reply_to(ready.send(message))["error"]["code"] == -32600


def test_nothing_runs_before_the_first_message(shop):
    connection = ToolServers.of({"real": shop.server}).connect()
    assert not running()
    connection.close()
    assert not shop.entered


def test_it_ends_with_its_connection(ready, shop):
    errand = ready.start_call("wait")
    assert shop.waiting.wait(PATIENCE_SECONDS)
    ready.connection.close()
    assert "gone" in reply_to(errand)["error"]["message"]
    assert shop.left.acquire(timeout=PATIENCE_SECONDS)
    eventually(lambda: not running())


def test_it_runs_on_a_thread_of_its_own(ready, shop):
    assert shop.thread is not threading.current_thread()
    assert shop.thread.name == "greenroom-mcp-real"


def test_each_connection_has_a_session_of_its_own(shop):
    servers = ToolServers.of({"real": shop.server})
    clients = [Client(servers, "real") for _ in range(2)]
    for client in clients:
        client.request("initialize", **INTRODUCTION)
        client.tell("notifications/initialized")
    clients[0].connection.close()
    assert shop.left.acquire(timeout=PATIENCE_SECONDS)
    assert clients[1].text("add", a=1, b=2) == "3"
    clients[1].connection.close()
    eventually(lambda: not running())


def test_one_that_fails_says_why_and_starts_again_with_the_next_handshake(capsys):
    shop = Shop(broken=1)
    client = Client(ToolServers.of({"real": shop.server}), "real")
    error = client.request("initialize", **INTRODUCTION)["error"]
    assert "RuntimeError: no stock" in error["message"]
    assert "RuntimeError: no stock" in client.request("tools/list")["error"]["message"]
    assert "result" in client.request("initialize", **INTRODUCTION)
    client.tell("notifications/initialized")
    assert client.text("add", a=1, b=2) == "3"
    client.connection.close()
    eventually(lambda: not running())
    assert "mcp_server_failed" in capsys.readouterr().err


@pytest.mark.parametrize("fault", CallbackFault)
def test_whatever_becomes_of_a_request_it_has_a_sound_answer(ready, fault):
    errand = ready.ask("tools/list")
    reply = reply_to(errand.closed(failure(errand, fault, TimeoutError("too late"))))
    assert reply["id"] == 1
    assert "too late" in reply["error"]["message"]
    reply_to(errand)


def test_malformed_messages_never_reach_it(ready):
    assert reply_to(ready.send({"id": 3}))["error"]["code"] == -32600
    assert ready.send({"jsonrpc": "2.0", "id": 3, "result": {}}) == McpAnswer.acknowledge()
    assert ready.text("add", a=1, b=2) == "3"


def test_tools_and_servers_of_the_package_live_side_by_side(shop):
    @tool
    def price(item: str) -> str:
        return item

    servers = ToolServers.of({"real": shop.server, "shop": [price]})
    assert servers.wire_name("real", "add") == "mcp__real__add"
    connection = servers.connect()
    listing = {"jsonrpc": "2.0", "id": 0, "method": "tools/list"}
    reply = reply_to(connection.answer(ServerMessage("shop", listing)))
    assert [tool["name"] for tool in reply["result"]["tools"]] == ["price"]
    assert not running()
    connection.close()
