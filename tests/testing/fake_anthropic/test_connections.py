"""Faults on purpose, clients that misbehave, and what is left afterwards: nothing."""

import http.client
import json
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenroom.testing.fake_anthropic import Drop, FakeAnthropic, Stall, Text

LATE = Stall(Text(("first ", "last")), after_events=3)


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def test_a_drop_sends_nothing_at_all(api, client):
    api.on("hi", Drop())
    with pytest.raises(http.client.RemoteDisconnected):
        client.ask()


@pytest.mark.parametrize("stream", [True, False])
def test_a_drop_in_the_middle_cuts_the_body(api, client, stream):
    api.on("hi", Drop(3))
    with pytest.raises(http.client.IncompleteRead) as cut:
        client.ask(stream=stream)
    assert cut.value.partial


def test_a_stall_sends_what_precedes_it_and_the_rest_when_released(api, client):
    api.on("hi", LATE)
    client.send()
    api.wait_for_stall()
    response = client.http.getresponse()
    begun = b""
    while b"first" not in begun:
        begun += response.read1()
    assert b"last" not in begun
    api.release()
    assert b"last" in response.read()


@pytest.mark.parametrize("stream", [True, False])
def test_a_stall_can_come_before_the_headers(api, client, stream):
    api.on("hi", Stall(Text("late")))
    client.send(stream=stream)
    api.wait_for_stall()
    api.release()
    assert b"late" in client.http.getresponse().read()


def test_a_release_covers_requests_that_have_come_and_no_later_ones(api, connect):
    api.on("hi", LATE)
    with ThreadPoolExecutor() as pool:
        for _ in range(2):
            answer = pool.submit(connect(api).answer)
            api.wait_for_stall()
            api.release()
            assert answer.result(10) == "first last"


def test_a_release_does_not_cover_what_an_idle_connection_will_ask(api, client):
    client.answer()
    api.release()
    api.on("hi", LATE)
    client.send()
    api.wait_for_stall()


def test_a_request_may_be_released_before_it_has_reached_its_stall(api, connect):
    api.on("hi", LATE)
    with ThreadPoolExecutor() as pool:
        for seen in range(100):
            answer = pool.submit(connect(api).answer)
            api.wait_for_request(lambda _, n=seen: len(api.requests) > n)
            api.release()
            assert answer.result(10) == "first last"


def test_a_client_that_leaves_a_stall_is_forgotten(api, client):
    api.on("hi", Stall(), Text("next"))
    client.send()
    api.wait_for_stall()
    client.close()
    assert client.answer() == "next"
    with pytest.raises(TimeoutError, match="0 responses stall"):
        api.wait_for_stall(timeout=0)


def test_many_clients_are_answered_at_once(api, connect):
    api.on("hi", LATE)
    with ThreadPoolExecutor(50) as pool:
        answers = [pool.submit(connect(api).answer) for _ in range(50)]
        api.wait_for_stall(50)
        api.release()
        assert {answer.result(10) for answer in answers} == {"first last"}


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_not_a_request_is_refused_and_the_connection_closed(client, data):
    with client.raw(data) as peer:
        assert peer.makefile("rb").read().startswith(b"HTTP/1.1 400 ")


def test_a_client_may_ask_before_it_sends_the_body(client):
    head = b"POST /v1/messages HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    with client.raw(head) as peer:
        assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"{}")
        assert peer.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_request_may_come_byte_by_byte(client):
    with client.raw(b"") as peer:
        for byte in b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n":
            peer.sendall(bytes([byte]))
        assert peer.makefile("rb").read().endswith(b'{"status":"ok"}')


def test_a_client_that_does_not_read_delays_nobody(api, client):
    api.on("flood", Text("x" * 10_000_000))
    messages = [{"role": "user", "content": "flood"}]
    body = json.dumps({"model": "m", "stream": True, "messages": messages})
    head = f"POST /v1/messages HTTP/1.1\r\nx-api-key: k\r\ncontent-length: {len(body)}\r\n\r\n"
    with client.raw((head + body).encode()):
        api.wait_for_request(lambda r: r.prompt == "flood")
        assert client.answer() == "You said: hi"


def test_a_reset_in_the_middle_of_a_request_disturbs_nobody(client):
    peer = client.raw(b"POST /v1/messages HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    assert client.answer() == "You said: hi"


def test_close_leaves_no_thread_and_no_socket_whatever_the_clients_do(connect):
    threads, files = threading.active_count(), open_files()
    with FakeAnthropic() as api:
        api.on("hi", LATE)
        clients = [connect(api) for _ in range(5)]
        peers = [clients[0].raw(data) for data in (b"", b"POST / HTTP/1.1\r\nContent-Le")]
        for client in clients:
            client.send()
        api.wait_for_stall(5)
    assert threading.active_count() == threads
    for each in [*peers, *clients]:
        each.close()
    assert open_files() == files


def test_a_connection_of_the_last_moment_is_closed_too(connect):
    files = open_files()
    for _ in range(50):
        with FakeAnthropic() as api:
            peer = connect(api).raw(b"")
        peer.close()
    assert open_files() == files
