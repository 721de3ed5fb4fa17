"""Servers of the `mcp` package: over stdio, and behind an address of this machine."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from greenroom.mcp import (
    HttpServer,
    McpPackageMissing,
    McpServerDown,
    McpTimedOut,
    Restarts,
    SseServer,
    StdioServer,
)
from greenroom.mcp.connecting import connect
from greenroom.runtime import LoopDispatcher
from greenroom.runtime.process import LocalSpawner, StopLadder
from greenroom_protocol import Secret

pytest.importorskip("mcp_types", reason="needs the package mcp, version 2")
pytest.importorskip("uvicorn")

SCRIPT = str(Path(__file__).with_name("http_server.py"))
PASSWORD = {"Authorization": Secret("Bearer sesame")}
SECONDS = 20
KINDS = {"http": (HttpServer, "/mcp"), "sse": (SseServer, "/sse")}


class Host:
    """A server in a process of its own."""

    def __init__(self, kind, port=0):
        command = [sys.executable, SCRIPT, kind, str(port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.port = int(self.process.stdout.readline())
        config, path = KINDS[kind]
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.config = config(url=self.url, headers=PASSWORD)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(name="host")
def _host():
    hosts = []

    def start(kind, port=0):
        hosts.append(Host(kind, port))
        return hosts[-1]

    yield start
    for host in hosts:
        host.kill()


@pytest.mark.parametrize("kind", ["stdio", *KINDS])
def test_a_server_of_the_package_is_spoken_to(joined, host, kind):
    if kind == "stdio":
        config = StdioServer(command=sys.executable, args=[SCRIPT, "stdio"])
    else:
        config = host(kind).config
    connection = joined(config)
    assert [tool.name for tool in connection.tools().get(timeout=SECONDS)] == [
        "add",
        "never",
        "die",
    ]
    result = connection.call("add", {"a": 1, "b": 2}).get(timeout=SECONDS)
    assert (result.text, result.structured) == ("3", {"result": 3})
    assert connection.read("memo://one").get(timeout=SECONDS)[0].text == "first"
    filled = connection.prompt("greet", {"who": "you"}).get(timeout=SECONDS)
    assert filled.messages[0].content.text == "Hello you"
    info = connection.info
    assert (info.status, info.server.name, info.instructions) == ("ready", "packaged", "Add.")


@pytest.mark.parametrize("kind", KINDS)
def test_calls_overlap_and_time_out_one_by_one(joined, host, kind):
    connection = joined(host(kind).config)
    slow = connection.call("never", timeout=1)
    sums = [connection.call("add", {"a": number, "b": 1}) for number in range(20)]
    assert [call.get(timeout=SECONDS).text for call in sums] == [str(n + 1) for n in range(20)]
    with pytest.raises(McpTimedOut):
        slow.get(timeout=SECONDS)
    assert connection.call("add", {"a": 1, "b": 1}).get(timeout=SECONDS).text == "2"


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_dies_fails_its_calls_and_is_found_again_when_it_is_back(joined, host, kind):
    first = host(kind)
    connection = joined(first.config, restarts=Restarts(intensity=10_000, longest_pause=0.1))
    with pytest.raises(McpServerDown) as caught:
        connection.call("die").get(timeout=SECONDS)
    assert caught.value.sent
    first.kill()
    host(kind, first.port)
    # The first call after a silent death is the one that finds out.
    for _ in range(2):
        try:
            done = connection.call("add", {"a": 1, "b": 1}).get(timeout=SECONDS)
            break
        except McpServerDown:
            continue
    assert done.text == "2"
    assert connection.info.restarts >= 1


def test_a_server_that_has_forgotten_the_session_is_greeted_anew(joined, host):
    first = host("http")
    connection = joined(first.config)
    for listing in (connection.tools(), connection.resources(), connection.prompts()):
        listing.get(timeout=SECONDS)  # nothing is under way any more that would notice the end
    first.kill()
    host("http", first.port)
    with pytest.raises(McpServerDown, match="its session is over"):
        connection.call("add", {"a": 1, "b": 1}).get(timeout=SECONDS)
    assert connection.call("add", {"a": 1, "b": 1}).get(timeout=SECONDS).text == "2"
    assert connection.info.restarts == 1


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_not_let_in_is_told_so_and_nothing_secret(joined, host, kind):
    address = host(kind).url
    config = KINDS[kind][0](
        url=f"{address}?key=hidden-key", headers={"Authorization": Secret("Bearer wrong-one")}
    )
    connection = joined(config, restarts=Restarts(intensity=0))
    with pytest.raises(McpServerDown, match="401") as caught:
        connection.ping().get(timeout=SECONDS)
    shown = repr((caught.value, caught.value.evidence, connection.info, config))
    assert "hidden-key" not in shown
    assert "wrong-one" not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_at_an_address_is_a_server_that_is_down(joined, host, kind):
    gone = host(kind)
    gone.kill()
    connection = joined(gone.config, restarts=Restarts(intensity=1, first_pause=0.01))
    with pytest.raises(McpServerDown, match=r"ConnectError.*given up"):
        connection.ping().get(timeout=SECONDS)
    assert connection.info.restarts == 1


@pytest.mark.parametrize("kind", KINDS)
def test_stopping_leaves_no_thread(joined, host, kind):
    def ours():
        return [each for each in threading.enumerate() if each.name.startswith("greenroom-mcp")]

    config = host(kind).config
    connection = joined(config)
    call = connection.call("never")
    connection.ping().get(timeout=SECONDS)
    assert len(ours()) == 1
    connection.stop(SECONDS)
    with pytest.raises(McpServerDown, match="it was stopped"):
        call.get(timeout=SECONDS)
    assert ours() == []
    for _ in range(5):
        joined(config).stop(SECONDS)
    assert ours() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_server_holds_up_nobody_who_stops(joined, host, kind):
    frozen = host(kind)
    connection = joined(frozen.config, ladder=StopLadder(eof_grace=0.2))
    connection.ping().get(timeout=SECONDS)
    os.kill(frozen.process.pid, signal.SIGSTOP)
    try:
        connection.stop(SECONDS)  # less than the 30 s that the package would take
        assert connection.info.status == "stopped"
    finally:
        os.kill(frozen.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dispatcher_that_closes_takes_the_connection_with_it(host, kind):
    dispatcher = LoopDispatcher(name="test")
    spawner = LocalSpawner(dispatcher)
    connection = connect(dispatcher, spawner, StopLadder(), "files", host(kind).config)
    call = connection.call("never")
    connection.ping().get(timeout=SECONDS)
    spawner.close()
    dispatcher.close()
    with pytest.raises(McpServerDown):
        call.get(timeout=SECONDS)
    assert not [each for each in threading.enumerate() if each.name.startswith("greenroom-mcp")]


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_package_the_error_says_what_to_install(joined, monkeypatch, kind):
    monkeypatch.setitem(sys.modules, "mcp", None)
    config, path = KINDS[kind]
    with pytest.raises(McpPackageMissing, match=r"pip install 'greenroom\[mcp\]'"):
        joined(config(url=f"http://127.0.0.1:1{path}"))


def test_something_else_than_a_configuration_is_refused(joined):
    with pytest.raises(TypeError, match=r"'files' must be StdioServer.* not dict"):
        joined({"command": "x"})
