"""The door of a host: whom it lets in, what it takes, and how it closes."""

import os
import time

import pytest
from structlog.testing import capture_logs

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_door import ControlDoor
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.errors import DoorAnswerError, DoorRefusedError
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.agents.turn_report import TurnReport
from greenroom.runtime import Future
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Deltas, Gate, Text, ToolResult, ToolUse, Wait
from tests.agents.idle_fleet import IdleFleet
from tests.agents.small_fleet import SmallFleet
from tests.agents.wire import lines, plain

GATED = Scenario(turns=[[Deltas(["one ", "two"]), Gate("on"), Text("three")]])
SLOW = Scenario(turns=[[Text("begun"), Wait()]])


# --- who may come in --------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to be another user")
@pytest.mark.parametrize(
    ("chmod", "answer"),
    [(0o600, "Permission denied"), (0o666, '"code":"forbidden","message":"user 65534 may not')],
)
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_other_users_are_kept_out_by_the_mode_and_by_their_id(
    open_door, public_directory, chmod, answer
):
    path = open_door(public_directory / "control.sock", fleet=IdleFleet())
    path.chmod(chmod)
    with capture_logs() as logs:
        assert answer in _heard_by_a_stranger(path)
    assert [log["uid"] for log in logs] == ([65534] if chmod == 0o666 else [])


def _heard_by_a_stranger(path):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            with plain(path) as wire:
                os.write(writer, wire.recv(4096))
        except OSError as error:
            os.write(writer, error.strerror.encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        heard = pipe.read()
    os.waitpid(child, 0)
    return heard


# --- what is asked ----------------------------------------------------------------------------


def test_all_agents_are_listed(open_door):
    agents = (
        AgentStatus(name="a", phase=AgentPhase.READY, pid=7, turns=2, memory=5, since=1.5),
        AgentStatus(name="b", phase=AgentPhase.PARKED, parked_until=9.0, parked_reason="limit"),
    )
    with ControlClient(open_door(fleet=IdleFleet(*agents))) as client:
        assert client.status() == agents
        assert client.status() == agents


def test_a_phase_of_another_version_is_unknown(open_door):
    class Newer(AgentStatus):
        phase: str

    with ControlClient(open_door(fleet=IdleFleet(Newer(name="a", phase="dreaming")))) as client:
        assert [agent.phase for agent in client.status()] == [AgentPhase.UNKNOWN]


def test_a_turn_is_streamed_as_it_comes(open_door, simulator):
    installed = simulator(GATED)
    options = {"executable": installed.path, "include_partial_messages": True}
    with ControlClient(open_door(a=options)) as client:
        turn = client.tell("a", "hello")
        begun = ""
        while begun != "one two":
            begun += next(turn)
        installed.open_gate("on")
        *rest, report = turn
    assert "".join(rest) == "\n\nthree"
    assert (report.agent, report.outcome, report.ok, report.text) == (
        "a",
        "completed",
        True,
        "three",
    )
    assert report.session_id
    assert report.turn_id
    assert report.usage.output_tokens
    assert report.running is not None


def test_what_is_not_streamed_comes_when_it_is_whole(open_door, options):
    turns = [[Text("one"), ToolUse("Bash", {}, id="t"), ToolResult("x"), Text("two")]]
    with ControlClient(open_door(a=options(Scenario(turns=turns)))) as client:
        *said, report = client.tell("a", "hello")
    assert "".join(said) == "one\n\ntwo"
    assert report.ok


def test_a_turn_that_fails_is_reported_as_it_failed(open_door, options):
    turns = [[ApiError(429, "rate_limit", "too fast")]]
    with ControlClient(open_door(a=options(Scenario(turns=turns)))) as client:
        *_, report = client.tell("a", "hello")
    assert isinstance(report, TurnReport)
    assert (report.outcome, report.ok) == ("rate_limited", False)
    assert (report.error.code, report.error.retryable) == ("rate_limited", True)
    assert report.error.message == "too fast"


def test_one_connection_serves_one_request_after_the_other(open_door, options):
    with ControlClient(open_door(a=options())) as client:
        for word in ("one", "two"):
            assert list(client.tell("a", word))[-1].text == f"You said: {word}"
        [status] = client.status()
        assert (status.turns, status.phase) == (2, AgentPhase.READY)


def test_an_agent_nobody_knows_is_refused_by_name(open_door, options):
    with ControlClient(open_door(a=options())) as client:
        for ask_for in (client.restart, client.stop, lambda name: list(client.tell(name, "x"))):
            with pytest.raises(DoorRefusedError, match="there is no agent 'b'") as caught:
                ask_for("b")
            assert caught.value.code == "agent_not_found"


def test_a_restart_is_answered_when_it_is_done(open_door):
    fleet = IdleFleet()
    path = open_door(fleet=fleet)
    with plain(path) as wire:
        wire.sendall(b'{"request":"restart","name":"a"}\n')
        wire.settimeout(0.05)
        with pytest.raises(TimeoutError):
            wire.recv(1)
        fleet.wait.settle()
        wire.settimeout(20)
        assert lines(wire, 1) == [{"answer": "done"}]
    assert fleet.asked == [("restart", "a")]


def test_who_stops_all_agents_is_told_before_the_host_is(open_door, system):
    told = Future()
    fleet = IdleFleet()
    path = open_door(fleet=fleet, more={"on_stopped": told.settle})
    fleet.wait.settle()
    with plain(path) as wire:
        wire.sendall(b'{"request":"stop","name":"a"}\n{"request":"stop"}\n')
        assert lines(wire, 2) == [{"answer": "done"}] * 2
        told.get(timeout=5)
    assert fleet.asked == [("stop", "a"), ("stop", None)]


def test_a_fault_of_the_fleet_is_told_without_its_words(open_door):
    with capture_logs() as logs, ControlClient(open_door(fleet=IdleFleet())) as client:
        with pytest.raises(DoorRefusedError, match="greenroom failed: LookupError") as caught:
            list(client.tell("a", "x"))
        assert caught.value.code == "internal_error"
        assert client.status() == ()
    assert [log["event"] for log in logs] == ["control_request_failed"]


def test_the_dispatcher_is_never_held_up_by_a_client(open_door, system):
    fleet = IdleFleet()
    path = open_door(fleet=fleet)
    with plain(path) as wire:
        wire.sendall(b'{"request":"restart","name":"a"}\n{"requ')
        began = time.monotonic()
        for _ in range(20):
            answered = Future()
            system.dispatcher.call_soon(answered.settle)
            answered.get(timeout=5)
        assert time.monotonic() - began < 2
    fleet.wait.settle()


# --- the end ----------------------------------------------------------------------------------


def test_when_the_door_closes_its_clients_are_let_go_and_the_socket_is_gone(
    state, system, simulator
):
    session = system.session(executable=simulator(SLOW).path)
    fleet = SmallFleet({"a": lambda: session})
    control = ControlSocket(state / "control.sock")
    door = ControlDoor.start(control, fleet, dispatcher=system.dispatcher)
    with ControlClient(control.path) as busy, plain(control.path) as idle:
        turn = busy.tell("a", "hello")
        assert next(turn) == "begun"
        door.stop()
        assert not control.path.exists()
        assert idle.recv(1) == b""
        with pytest.raises(DoorAnswerError, match="closed the connection before its last answer"):
            next(turn)
        assert session.info.running
    session.stop()
