"""Clients that go away, say no more or read nothing, and the turns they asked for."""

import signal
import socket
import subprocess
import sys

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_visit import Patience
from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Gate, Text, Wait
from tests.agents.wire import ask_late, lines, plain

GATED = Scenario(turns=[[Deltas(["one ", "two"]), Gate("on"), Text("three")]])
SLOW = Scenario(turns=[[Text("begun"), Wait()]])


def test_a_turn_goes_on_when_its_client_goes_away(open_door, simulator):
    installed = simulator(GATED)
    path = open_door(a={"executable": installed.path})
    with plain(path) as wire:
        wire.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
        assert lines(wire, 2)[0]["answer"] == "accepted"
    installed.open_gate("on")
    with ControlClient(path) as client:
        *_, report = client.tell("a", "again")
        assert report.ok
        assert client.status()[0].turns == 2
    assert not [one for one in installed.record().requests if one["subtype"] == "interrupt"]


def test_a_turn_is_interrupted_when_its_client_goes_away_and_asked_for_that(open_door, simulator):
    installed = simulator(SLOW)
    path = open_door(a={"executable": installed.path})
    with plain(path) as wire:
        wire.sendall(
            b'{"request":"tell","name":"a","prompt":"hello","cancel_on_disconnect":true}\n'
        )
        assert lines(wire, 2)[1] == {"answer": "text", "text": "begun"}
    installed.wait_for(
        lambda record: [one for one in record.requests if one["subtype"] == "interrupt"]
    )


def test_a_client_that_is_killed_has_gone_away(open_door, simulator):
    installed = simulator(SLOW)
    path = open_door(a={"executable": installed.path})
    code = (
        "import sys; from pathlib import Path\n"
        "from greenroom.agents.control_client import ControlClient\n"
        "for said in ControlClient(Path(sys.argv[1])).tell('a', 'x', cancel_on_disconnect=True):\n"
        "    print(said, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"begun\n"
        client.send_signal(signal.SIGKILL)
    installed.wait_for(
        lambda record: [one for one in record.requests if one["subtype"] == "interrupt"]
    )


def test_a_client_that_closes_its_side_after_asking_is_answered_all_the_same(open_door, options):
    with plain(open_door(a=options())) as wire:
        wire.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
        wire.shutdown(socket.SHUT_WR)
        *_, last = lines(wire)
    assert last["report"]["text"] == "You said: hello"


def test_a_client_that_reads_nothing_delays_neither_its_turn_nor_anybody_else(
    open_door, simulator, eventually
):
    installed = simulator(Scenario(turns=[[Text("x" * 3_000_000)] * 3, [Text("short")]]))
    path = open_door(a={"executable": installed.path})
    with plain(path) as slow:
        slow.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
        with ControlClient(path) as client:
            eventually(lambda: client.status()[0].turns == 1)
            assert list(client.tell("a", "next"))[-1].text == "short"
        answers = lines(slow, 5)
    assert "".join(one.get("text", "") for one in answers).count("x") == 9_000_000
    assert answers[-1]["answer"] == "outcome"


def test_a_client_that_reads_nothing_for_too_long_is_let_go(open_door, simulator, eventually):
    installed = simulator(Scenario(turns=[[Text("x" * 3_000_000)] * 3, [Text("short")]]))
    path = open_door(
        a={"executable": installed.path}, more={"patience": Patience(answer=0.2), "most_clients": 1}
    )
    with plain(path) as slow:
        slow.sendall(b'{"request":"tell","name":"a","prompt":"hello"}\n')
        assert lines(slow, 1)
        # There is room for one client, so while it is held nobody else is served.
        eventually(lambda: ask_late(path).get("answer") == "status")
        received = b""
        while more := slow.recv(1 << 20):
            received += more
    assert len(received) < 3_000_000
