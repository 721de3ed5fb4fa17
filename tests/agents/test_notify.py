"""What the service manager is told."""

import os
import socket

import pytest
from structlog.testing import capture_logs

from greenroom.agents.life_sign import LifeSign, in_a_line
from greenroom.agents.notify import Notifier
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.runtime import ManualDispatcher


class Manager:
    """A service manager, which listens."""

    def __init__(self, bound, address):
        self.address = address
        self._bound = bound

    def heard(self):
        """Return all that was said since the last call."""
        said = []
        while True:
            try:
                said.append(self._bound.recv(4096).decode())
            except BlockingIOError:
                return said


@pytest.fixture(name="manager", params=["path", "abstract"])
def _manager(request, tmp_path):
    if request.param == "path":
        name = address = str(tmp_path / "notify.sock")
    else:
        address = f"@greenroom-test-{os.getpid()}"
        name = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(name)
        bound.setblocking(False)
        yield Manager(bound, address)


@pytest.fixture(name="dispatcher")
def _dispatcher():
    with ManualDispatcher() as dispatcher:
        yield dispatcher


def agents(**phases):
    return [AgentStatus(name=name, phase=phase) for name, phase in phases.items()]


def test_a_host_says_that_it_is_ready_alive_and_stopping(manager):
    with Notifier.from_environment({"NOTIFY_SOCKET": manager.address}) as notifier:
        assert notifier.listens
        notifier.ready("2 agents")
        notifier.status("1 agent")
        notifier.alive()
        notifier.stopping("bye")
    assert manager.heard() == [
        "READY=1\nSTATUS=2 agents",
        "STATUS=1 agent",
        "WATCHDOG=1",
        "STOPPING=1\nSTATUS=bye",
    ]


def test_the_same_status_is_told_once(manager):
    with Notifier(manager.address) as notifier:
        notifier.ready("2 agents")
        notifier.status("2 agents")
        notifier.status("1 agent")
        notifier.status("1 agent")
    assert manager.heard() == ["READY=1\nSTATUS=2 agents", "STATUS=1 agent"]


def test_no_status_can_pass_for_another_field(manager):
    with Notifier(manager.address) as notifier:
        notifier.status("a\nMAINPID=1\r\n\tb" + "x" * 1000)
    [said] = manager.heard()
    assert said.startswith("STATUS=a MAINPID=1 bxxx")
    assert len(said) == len("STATUS=") + 500


@pytest.mark.parametrize("env", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1234"}])
def test_without_anybody_to_tell_nothing_is_told(env):
    with Notifier.from_environment({**env, "WATCHDOG_USEC": "1000000"}) as notifier:
        assert not notifier.listens
        assert notifier.watchdog_interval is None
        notifier.ready()
        notifier.status("x")
        notifier.alive()
        notifier.stopping()


@pytest.mark.parametrize(
    ("env", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
    ids=range(7),
)
def test_a_sign_of_life_is_due_at_half_of_what_is_allowed(env, interval):
    with Notifier.from_environment({"NOTIFY_SOCKET": "@x", **env}) as notifier:
        assert notifier.watchdog_interval == interval


def test_a_manager_that_went_away_is_logged_once(tmp_path):
    with capture_logs() as logs, Notifier(str(tmp_path / "nowhere")) as notifier:
        notifier.ready("1 agent")
        notifier.alive()
        notifier.stopping()
    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("service_manager_not_told", "warning")
    ]


def test_a_manager_that_does_not_read_blocks_nobody(manager):
    with capture_logs() as logs, Notifier(manager.address) as notifier:
        for number in range(10_000):
            notifier.status(str(number))
    assert len(logs) == 1


def test_a_closed_notifier_tells_nobody(manager):
    notifier = Notifier(manager.address)
    notifier.close()
    notifier.close()
    notifier.alive()
    assert manager.heard() == []


def test_signs_of_life_come_from_the_dispatcher_with_the_state_of_the_agents(manager, dispatcher):
    now = agents(a=AgentPhase.READY, b=AgentPhase.PARKED)
    with Notifier(manager.address, watchdog_seconds=6.0) as notifier:
        LifeSign.start(notifier, lambda: now, dispatcher=dispatcher)
        assert manager.heard() == ["WATCHDOG=1", "STATUS=2 agents: 1 ready, 1 parked"]
        dispatcher.advance(2.9)
        assert manager.heard() == []
        dispatcher.advance(0.1)
        assert manager.heard() == ["WATCHDOG=1"]
        now.pop()
        dispatcher.advance(3.0)
        assert manager.heard() == ["WATCHDOG=1", "STATUS=1 agent: 1 ready"]


def test_without_a_watchdog_the_state_is_told_every_ten_seconds(manager, dispatcher):
    now = agents(a=AgentPhase.READY)
    with Notifier(manager.address) as notifier:
        LifeSign.start(notifier, lambda: now, dispatcher=dispatcher)
        assert manager.heard() == ["STATUS=1 agent: 1 ready"]
        now.clear()
        dispatcher.advance(10)
        assert manager.heard() == ["STATUS=0 agents"]


def test_a_watchdog_is_served_even_where_the_agents_cannot_be_asked(manager, dispatcher):
    def broken():
        raise LookupError("gone")

    with capture_logs() as logs, Notifier(manager.address, watchdog_seconds=6.0) as notifier:
        LifeSign.start(notifier, broken, dispatcher=dispatcher)
        dispatcher.advance(6.0)
    assert manager.heard() == ["WATCHDOG=1"] * 3
    assert [log["event"] for log in logs] == ["agents_not_shown"] * 3


def test_where_nobody_listens_nothing_is_ever_looked_at(dispatcher):
    with Notifier(None) as notifier:
        LifeSign.start(notifier, lambda: pytest.fail("asked"), dispatcher=dispatcher)
        dispatcher.advance(1000)


def test_the_agents_in_a_line_are_counted_by_phase():
    assert in_a_line([]) == "0 agents"
    now = agents(a=AgentPhase.BUSY, b=AgentPhase.READY, c=AgentPhase.READY)
    assert in_a_line(now) == "3 agents: 2 ready, 1 busy"
