"""The control socket: whom it lets in, what it takes, and what becomes of everything else."""

import contextlib
import json
import os
import random
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest
from structlog.testing import capture_logs

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_door import ControlDoor
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.control_visit import Patience
from greenroom.agents.control_wire import LARGEST_REQUEST
from greenroom.agents.errors import (
    AgentsNotRunningError,
    AgentsRunningError,
    DoorAnswerError,
    DoorRefusedError,
    StateDirectoryError,
)
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.agents.turn_report import TurnReport
from greenroom.runtime import Future
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    ApiError,
    Deltas,
    Gate,
    Text,
    ToolResult,
    ToolUse,
    Wait,
)
from tests.agents.small_fleet import SmallFleet

GATED = Scenario(turns=[[Deltas(["one ", "two"]), Gate("on"), Text("three")]])
SLOW = Scenario(turns=[[Text("begun"), Wait()]])


@contextlib.contextmanager
def plain(path):
    """A connection without a client behind it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        wire.settimeout(20)
        wire.connect(str(path))
        yield wire


def lines(wire, count=None):
    """Return the objects the host sent: so many, or all until it closed the connection."""
    data = b""
    while count is None or data.count(b"\n") < count:
        try:
            more = wire.recv(65536)
        except ConnectionResetError:
            break
        if not more:
            break
        data += more
    return [json.loads(line) for line in data.splitlines()]


def ask(path, request):
    with plain(path) as wire:
        wire.sendall(request if isinstance(request, bytes) else json.dumps(request).encode())
        wire.sendall(b"\n")
        return lines(wire, 1)[0]


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


class Idle:
    """A fleet of agents that do nothing."""

    def __init__(self, *agents):
        self.agents = agents
        self.asked = []
        self.wait = Future()

    def status(self):
        return self.agents

    def tell(self, name, prompt):
        raise LookupError("sk-canary-0123456789")

    def restart(self, name):
        self.asked.append(("restart", name))
        return self.wait

    def stop(self, name):
        self.asked.append(("stop", name))
        return self.wait


@pytest.fixture(name="agent")
def _agent(simulator):
    """The options of an agent that plays a scenario."""

    def agent(scenario=None, **options):
        return {"executable": simulator(scenario or Scenario()).path, "tools": [], **options}

    return agent


# --- the socket -------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_whatever_the_umask_the_socket_is_its_owners_alone(state, umask, mask):
    umask(mask)
    control = ControlSocket(state / "deep" / "control.sock")
    assert mode(control.path) == 0o600
    assert [mode(path) for path in (state, state / "deep")] == [0o700, 0o700]
    assert [path.name for path in (state / "deep").iterdir()] == ["control.sock"]
    control.close()
    assert list((state / "deep").iterdir()) == []


WATCH = """
import os, sys, stat
directory, wrong = sys.argv[1], set()
print("watching", flush=True)
os.set_blocking(0, False)
while True:
    for place, directories, files in os.walk(directory):
        for name in files:
            try:
                found = os.lstat(os.path.join(place, name))
                if os.stat(place).st_mode & 0o077 == 0:
                    continue
            except OSError:
                continue
            if stat.S_ISSOCK(found.st_mode) and found.st_mode & 0o177:
                wrong.add(oct(found.st_mode))
    try:
        if os.read(0, 1) == b"":
            break
    except BlockingIOError:
        pass
print(*wrong)
"""


def test_at_no_moment_can_others_connect(state, umask):
    """Somebody looks all the time: no socket with a wider mode is ever where others can enter."""
    umask(0o000)
    state.mkdir(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", WATCH, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as watcher:
        watcher.stdout.readline()
        for _ in range(300):
            ControlSocket(state / "control.sock").close()
        assert watcher.communicate()[0] == b"\n"


def test_the_socket_of_a_dead_host_is_replaced(state):
    state.mkdir(0o700)
    code = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()"
    subprocess.run([sys.executable, "-c", code, state / "control.sock"], check=True)
    assert (state / "control.sock").is_socket()
    control = ControlSocket(state / "control.sock")
    with plain(control.path):
        pass
    control.close()


def test_the_socket_of_a_live_host_is_refused_and_left_alone(state):
    control = ControlSocket(state / "control.sock")
    with pytest.raises(
        AgentsRunningError, match=r"a host listens on .*control.sock; stop it first"
    ):
        ControlSocket(state / "control.sock")
    with plain(control.path):
        pass
    control.close()


def test_a_host_that_is_too_busy_to_answer_lives_too(state):
    control = ControlSocket(state / "control.sock")
    waiting = []
    while True:  # nobody accepts
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        waiting.append(wire)
        wire.setblocking(False)
        if wire.connect_ex(str(control.path)):
            break
    with pytest.raises(AgentsRunningError):
        ControlSocket(state / "control.sock")
    for wire in waiting:
        wire.close()
    control.close()


@pytest.mark.parametrize("make", ["file", "link", "directory"])
def test_what_is_no_socket_is_left_alone(state, tmp_path, make):
    state.mkdir(0o700)
    path = state / "control.sock"
    if make == "file":
        path.write_text("precious")
    elif make == "directory":
        path.mkdir()
    else:
        (tmp_path / "precious").write_text("precious")
        path.symlink_to(tmp_path / "precious")
    with pytest.raises(StateDirectoryError, match="is no socket, so it is left alone"):
        ControlSocket(path)
    assert path.is_dir() or path.read_text() == "precious"


def test_a_directory_that_others_may_write_to_is_refused(state):
    state.mkdir()
    state.chmod(0o777)
    with pytest.raises(StateDirectoryError, match="others may write to"):
        ControlSocket(state / "control.sock")


def test_a_path_that_is_too_long_for_a_socket_works_all_the_same(state, open_door):
    path = open_door(state / ("d" * 120) / "control.sock", fleet=Idle())
    with ControlClient(path) as client:
        assert client.status() == ()
    with pytest.raises(AgentsRunningError):
        ControlSocket(path)


def test_at_the_end_the_socket_is_gone_unless_another_host_took_its_place(state):
    first = ControlSocket(state / "control.sock")
    first.path.unlink()
    second = ControlSocket(state / "control.sock")
    first.close()
    assert second.path.is_socket()
    second.close()
    second.close()
    assert not second.path.exists()


def test_of_two_hosts_at_once_one_gets_it(state):
    state.mkdir(0o700)
    for _ in range(20):
        won, lost, start = [], [], threading.Barrier(4)

        def host(won=won, lost=lost, start=start):
            start.wait()
            try:
                won.append(ControlSocket(state / "control.sock"))
            except AgentsRunningError:
                lost.append(1)

        threads = [threading.Thread(target=host) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), len(lost)) == (1, 3)
        won[0].close()


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
    path = open_door(public_directory / "control.sock", fleet=Idle())
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
    with ControlClient(open_door(fleet=Idle(*agents))) as client:
        assert client.status() == agents
        assert client.status() == agents


def test_a_phase_of_another_version_is_unknown(open_door):
    class Newer(AgentStatus):
        phase: str

    with ControlClient(open_door(fleet=Idle(Newer(name="a", phase="dreaming")))) as client:
        assert [agent.phase for agent in client.status()] == [AgentPhase.UNKNOWN]


def test_a_turn_is_streamed_as_it_comes(open_door, agent, simulator):
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


def test_what_is_not_streamed_comes_when_it_is_whole(open_door, agent):
    turns = [[Text("one"), ToolUse("Bash", {}, id="t"), ToolResult("x"), Text("two")]]
    with ControlClient(open_door(a=agent(Scenario(turns=turns)))) as client:
        *said, report = client.tell("a", "hello")
    assert "".join(said) == "one\n\ntwo"
    assert report.ok


def test_a_turn_that_fails_is_reported_as_it_failed(open_door, agent):
    turns = [[ApiError(429, "rate_limit", "too fast")]]
    with ControlClient(open_door(a=agent(Scenario(turns=turns)))) as client:
        *_, report = client.tell("a", "hello")
    assert isinstance(report, TurnReport)
    assert (report.outcome, report.ok) == ("rate_limited", False)
    assert (report.error.code, report.error.retryable) == ("rate_limited", True)
    assert report.error.message == "too fast"


def test_one_connection_serves_one_request_after_the_other(open_door, agent):
    with ControlClient(open_door(a=agent())) as client:
        for word in ("one", "two"):
            assert list(client.tell("a", word))[-1].text == f"You said: {word}"
        [status] = client.status()
        assert (status.turns, status.phase) == (2, AgentPhase.READY)


def test_an_agent_nobody_knows_is_refused_by_name(open_door, agent):
    with ControlClient(open_door(a=agent())) as client:
        for ask_for in (client.restart, client.stop, lambda name: list(client.tell(name, "x"))):
            with pytest.raises(DoorRefusedError, match="there is no agent 'b'") as caught:
                ask_for("b")
            assert caught.value.code == "agent_not_found"


def test_a_restart_is_answered_when_it_is_done(open_door):
    fleet = Idle()
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
    fleet = Idle()
    path = open_door(fleet=fleet, more={"on_stopped": told.settle})
    fleet.wait.settle()
    with plain(path) as wire:
        wire.sendall(b'{"request":"stop","name":"a"}\n{"request":"stop"}\n')
        assert lines(wire, 2) == [{"answer": "done"}] * 2
        told.get(timeout=5)
    assert fleet.asked == [("stop", "a"), ("stop", None)]


def test_a_fault_of_the_fleet_is_told_without_its_words(open_door):
    with capture_logs() as logs, ControlClient(open_door(fleet=Idle())) as client:
        with pytest.raises(DoorRefusedError, match="greenroom failed: LookupError") as caught:
            list(client.tell("a", "x"))
        assert caught.value.code == "internal_error"
        assert client.status() == ()
    assert [log["event"] for log in logs] == ["control_request_failed"]


# --- clients that go away ---------------------------------------------------------------------


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


def test_a_client_that_closes_its_side_after_asking_is_answered_all_the_same(open_door, agent):
    with plain(open_door(a=agent())) as wire:
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


# --- clients that are no clients --------------------------------------------------------------


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
    path = open_door(fleet=Idle())
    with plain(path) as wire:
        wire.sendall(request_line + b"\n")
        [answer] = lines(wire)
    assert (answer["answer"], answer["code"]) == ("error", "bad_request")
    with ControlClient(path) as client:
        assert client.status() == ()


def test_a_request_that_comes_in_pieces_is_one_request(open_door):
    with plain(open_door(fleet=Idle())) as wire:
        for byte in b'{"request":"status"}\n':
            wire.sendall(bytes([byte]))
        assert lines(wire, 1) == [{"answer": "status", "agents": []}]


def test_a_request_of_a_later_version_may_say_more(open_door):
    answer = ask(open_door(fleet=Idle()), {"request": "status", "colour": "green"})
    assert answer["answer"] == "status"


def test_requests_that_come_together_are_served_one_after_the_other(open_door):
    with plain(open_door(fleet=Idle())) as wire:
        wire.sendall(b'{"request":"status"}\n' * 200)
        assert len(lines(wire, 200)) == 200


@pytest.mark.parametrize("line_start", [b"", b'{"request":"status","x":"'])
def test_a_request_without_end_costs_a_bounded_amount(open_door, line_start):
    path = open_door(fleet=Idle())
    with plain(path) as wire:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(line_start + b"x" * (LARGEST_REQUEST * 2))
        answers = lines(wire)
    assert [answer["code"] for answer in answers] in (["request_too_large"], [])
    with ControlClient(path) as client:
        assert client.status() == ()


def test_a_flood_behind_a_request_that_is_served_costs_a_bounded_amount(open_door):
    fleet = Idle()
    path = open_door(fleet=fleet)
    with plain(path) as wire:
        wire.sendall(b'{"request":"restart","name":"a"}\n')
        with pytest.raises(ConnectionError):
            wire.sendall(b"x" * (LARGEST_REQUEST * 8))
    fleet.wait.settle()


def test_a_prompt_may_be_a_whole_file(open_door, agent):
    with ControlClient(open_door(a=agent())) as client:
        *_, report = client.tell("a", "x" * 2_000_000)
    assert len(report.text) == len("You said: ") + 2_000_000


def test_a_client_that_asks_for_nothing_is_let_go(open_door):
    path = open_door(fleet=Idle(), more={"patience": Patience(request=0.1)})
    with plain(path) as wire:
        assert [answer["code"] for answer in lines(wire)] == ["too_slow"]
    with plain(path) as wire:
        wire.sendall(b'{"request"')
        assert [answer["code"] for answer in lines(wire)] == ["too_slow"]


def test_more_clients_than_there_is_room_for_are_told_to_wait(open_door, eventually):
    path = open_door(fleet=Idle(), more={"most_clients": 2})
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


def ask_late(path):
    with plain(path) as wire:
        with contextlib.suppress(BrokenPipeError):
            wire.sendall(b'{"request":"status"}\n')
        return lines(wire, 1)[0]


def test_a_storm_of_hostile_clients_leaves_the_door_open(open_door):
    """Random bytes, half requests, early ends; in the end somebody is served as ever."""
    idle = Idle(AgentStatus(name="a", phase=AgentPhase.READY))
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


def test_the_dispatcher_is_never_held_up_by_a_client(open_door, system):
    fleet = Idle()
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


def test_a_client_without_a_host_is_told_how_to_start_one(state):
    with pytest.raises(AgentsNotRunningError, match=r"no host of agents listens .*greenroom up"):
        ControlClient(state / "control.sock")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"", "closed the connection before its last answer"),
        (b"\n", "gave an answer that is none"),
        (b'{"answer":"dance"}\n', "gave an answer that is none"),
        (b'{"answer":"done"}\n', "answered Done where Listing was due"),
    ],
    ids=range(4),
)
def test_a_host_that_answers_nonsense_is_named(state, answer, complaint):
    control = ControlSocket(state / "control.sock")

    def serve():
        control.listener.setblocking(True)
        wire, _ = control.listener.accept()
        wire.recv(4096)
        wire.sendall(answer)
        wire.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with ControlClient(control.path) as client, pytest.raises(DoorAnswerError, match=complaint):
        client.status()
    thread.join()
    control.close()


def test_a_host_that_does_not_answer_is_not_waited_for_for_ever(state):
    control = ControlSocket(state / "control.sock")
    with (
        ControlClient(control.path, answer_seconds=0.05) as client,
        pytest.raises(DoorAnswerError, match=r"did not answer in 0.05 s"),
    ):
        client.status()
    control.close()
