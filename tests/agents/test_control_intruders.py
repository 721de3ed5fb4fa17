"""Clients that are no clients: whatever they send costs a bounded amount."""

import contextlib
import random
import socket

import pytest

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_visit import Patience
from greenroom.agents.control_wire import LARGEST_REQUEST
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.testing import Scenario
from greenroom.testing.scenario import Wait
from tests.agents.idle_fleet import IdleFleet
from tests.agents.wire import ask, ask_late, lines, plain


@pytest.mark.parametrize(
    "request_line",
    [
        b"",
        b"{}",
        b"hello",
        b"\x00\xff\xfe",
        b'{"request":"explode"}',
        b'{"request":"tell"}',
        b'{"request":"tell","name":3,"prompt":"x"}',
        b'{"request":"tell","name":"a","prompt":null}',
        b'{"request":"restart"}',
        b'["request","status"]',
        b'{"request":"status"} {"request":"status"}',
        b"[" * 200_000,
        b'{"x":' * 50_000,
        b"GET / HTTP/1.1\r",
    ],
    ids=range(14),
)
def test_what_is_no_request_is_answered_once_and_the_connection_closed(open_door, request_line):
    path = open_door(fleet=IdleFleet())
    with plain(path) as wire:
        wire.sendall(request_line + b"\n")
        [answer] = lines(wire)
    assert (answer["answer"], answer["code"]) == ("error", "bad_request")
    with ControlClient(path) as client:
        assert client.status() == ()


def test_a_request_that_comes_in_pieces_is_one_request(open_door):
    with plain(open_door(fleet=IdleFleet())) as wire:
        for byte in b'{"request":"status"}\n':
            wire.sendall(bytes([byte]))
        assert lines(wire, 1) == [{"answer": "status", "agents": []}]


def test_a_request_of_a_later_version_may_say_more(open_door):
    answer = ask(open_door(fleet=IdleFleet()), {"request": "status", "colour": "green"})
    assert answer["answer"] == "status"


def test_requests_that_come_together_are_served_one_after_the_other(open_door):
    with plain(open_door(fleet=IdleFleet())) as wire:
        wire.sendall(b'{"request":"status"}\n' * 200)
        assert len(lines(wire, 200)) == 200


@pytest.mark.parametrize("line_start", [b"", b'{"request":"status","x":"'])
def test_a_request_without_end_costs_a_bounded_amount(open_door, line_start):
    path = open_door(fleet=IdleFleet())
    with plain(path) as wire:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(line_start + b"x" * (LARGEST_REQUEST * 2))
        answers = lines(wire)
    assert [answer["code"] for answer in answers] in (["request_too_large"], [])
    with ControlClient(path) as client:
        assert client.status() == ()


def test_a_flood_behind_a_request_that_is_served_costs_a_bounded_amount(open_door):
    fleet = IdleFleet()
    path = open_door(fleet=fleet)
    with plain(path) as wire:
        wire.sendall(b'{"request":"restart","name":"a"}\n')
        with pytest.raises(ConnectionError):
            wire.sendall(b"x" * (LARGEST_REQUEST * 8))
    fleet.wait.settle()


def test_a_prompt_may_be_a_whole_file(open_door, options):
    with ControlClient(open_door(a=options())) as client:
        *_, report = client.tell("a", "x" * 2_000_000)
    assert len(report.text) == len("You said: ") + 2_000_000


def test_a_client_that_asks_for_nothing_is_let_go(open_door):
    path = open_door(fleet=IdleFleet(), more={"patience": Patience(request=0.1)})
    with plain(path) as wire:
        assert [answer["code"] for answer in lines(wire)] == ["too_slow"]
    with plain(path) as wire:
        wire.sendall(b'{"request"')
        assert [answer["code"] for answer in lines(wire)] == ["too_slow"]


def test_more_clients_than_there_is_room_for_are_told_to_wait(open_door, eventually):
    path = open_door(fleet=IdleFleet(), more={"most_clients": 2})
    with plain(path), plain(path):
        assert ask_late(path)["code"] == "busy"
    eventually(lambda: ask_late(path).get("answer") == "status")


def test_turns_that_take_for_ever_keep_nobody_from_looking_and_stopping(open_door, simulator):
    endless = {"executable": simulator(Scenario(turns=[[Wait()]])).path}
    path = open_door(a=endless, more={"most_turns": 2})
    with plain(path) as gone, plain(path) as there:
        for wire in (gone, there):
            wire.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
            assert lines(wire, 1)[0]["answer"] == "accepted"
        gone.close()
        with plain(path) as wire:
            wire.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
            assert lines(wire, 1)[0]["code"] == "busy"
        with ControlClient(path) as client:
            assert [agent.name for agent in client.status()] == ["a"]
            client.stop("a")


def test_a_storm_of_hostile_clients_leaves_the_door_open(open_door):
    """Random bytes, half requests, early ends; in the end somebody is served as ever."""
    idle = IdleFleet(AgentStatus(name="a", phase=AgentPhase.READY))
    path = open_door(fleet=idle, more={"patience": Patience(request=0.05)})
    chance = random.Random(6)
    for _ in range(300):
        with plain(path) as wire, contextlib.suppress(ConnectionError):
            wire.sendall(
                chance.choice(
                    [
                        chance.randbytes(chance.randrange(200)),
                        b'{"request":"status"}\n' * chance.randrange(4),
                        b'{"request":"sta',
                        b"\n" * chance.randrange(50),
                    ]
                )
            )
            if chance.random() < 0.3:
                wire.shutdown(socket.SHUT_WR)
            if chance.random() < 0.3:
                wire.recv(1)
    with ControlClient(path) as client:
        assert [agent.name for agent in client.status()] == ["a"]
