"""Children that are plain pykka actors, each with a thread of its own."""

from __future__ import annotations

import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    BRUTAL_KILL,
    ChildSpec,
    DynamicSupervisor,
    FailedToStartChild,
    Supervisor,
    abandoned_threads,
)

WATCHDOG_SECONDS = 5.0


class Plain(pykka.ThreadingActor):
    """Raises the errors it is sent, calls what can be called, and says when it stops."""

    use_daemon_thread = True

    def __init__(self, stopped=None):
        super().__init__()
        self.stopped = stopped

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        return message()

    def on_stop(self):
        if self.stopped is not None:
            self.stopped.append(self.actor_urn)


@pytest.fixture(name="supervise")
def _supervise(loop):
    """Start supervisors of plain actors: ``supervise(specs, **flags)``; they end with the test."""
    supervisors = []

    def start(specs, **flags):
        supervisors.append(Supervisor.start(specs, dispatcher=loop, **flags))
        return supervisors[-1]

    with capture_logs():
        yield start
        for supervisor in supervisors:
            supervisor.stop(WATCHDOG_SECONDS)


def children(supervisor):
    lines = supervisor.which_children().get(timeout=5)
    return {line.id: line.ref for line in lines if line.ref is not None}


def test_they_start_on_a_worker_and_end_with_their_supervisor(loop, eventually):
    stopped = []
    specs = [ChildSpec.of(Plain, stopped, id=name) for name in "abc"]
    with Supervisor.start(specs, dispatcher=loop) as supervisor:
        refs = children(supervisor)
        assert list(refs) == ["c", "b", "a"]
        assert refs["a"].ask(threading.current_thread, timeout=5) is not loop._thread
    assert not any(ref.is_alive() for ref in refs.values())
    # pykka flags an actor as stopped before it calls `on_stop`, so that may be yet to come.
    eventually(lambda: sorted(stopped) == sorted(ref.actor_urn for ref in refs.values()))


def test_c1_one_that_crashes_comes_back(supervise, eventually):
    supervisor = supervise([ChildSpec.of(Plain, id="a")])
    first = children(supervisor)["a"]
    first.tell(ValueError())
    eventually(lambda: children(supervisor).get("a") not in {first, None})


def test_c2_one_that_was_stopped_ended_cleanly(supervise, eventually):
    supervisor = supervise([ChildSpec.of(Plain, id="a", restart="transient")])
    children(supervisor)["a"].stop()
    eventually(lambda: children(supervisor) == {})


def test_b2_a_constructor_that_raises_is_a_start_error(supervise):
    supervisor = supervise([])
    error = supervisor.start_child(ChildSpec.of(Plain, 1, 2, 3))
    with pytest.raises(FailedToStartChild, match="TypeError") as caught:
        error.get(timeout=5)
    assert isinstance(caught.value.reason, TypeError)


class Unlucky(Plain):
    """Fails in `on_start`, which is too late for pykka to tell who started it."""

    def on_start(self):
        raise ValueError("no luck today")


def test_b2_deviation_a_plain_actor_that_fails_in_on_start_has_started_and_died(
    supervise, eventually
):
    supervisor = supervise([])
    ref = supervisor.start_child(ChildSpec.of(Unlucky, restart="temporary")).get(timeout=5)
    assert isinstance(ref, pykka.ActorRef)
    eventually(lambda: children(supervisor) == {})


def test_g1_one_that_is_busy_is_fenced(loop):
    release, busy = threading.Event(), threading.Event()

    def block():
        busy.set()
        release.wait(10)

    supervisor = Supervisor.start([ChildSpec.of(Plain, id="a", shutdown=0.1)], dispatcher=loop)
    ref = children(supervisor)["a"]
    ref.tell(block)
    assert busy.wait(5)
    with capture_logs() as logs:
        supervisor.stop(WATCHDOG_SECONDS)
    assert not ref.is_alive()
    assert [one["reason"] for one in logs if "supervisor" in one] == ["Killed"]
    release.set()


def test_g2_brutal_kill_of_one_that_never_returns_counts_its_thread_as_abandoned(loop, eventually):
    release, busy = threading.Event(), threading.Event()

    def spin():
        busy.set()
        while not release.is_set():
            pass

    spec = ChildSpec.of(Plain, id="a", shutdown=BRUTAL_KILL)
    supervisor = Supervisor.start([spec], dispatcher=loop)
    children(supervisor)["a"].tell(spin)
    assert busy.wait(5)
    with capture_logs():
        supervisor.stop(WATCHDOG_SECONDS)
        eventually(lambda: len(abandoned_threads()) == 1, 5)
    release.set()
    eventually(lambda: abandoned_threads() == ())


def test_g8_one_stops_its_supervisor_from_its_own_handler(loop):
    """It waits for its own end, until it is fenced."""
    supervisor = Supervisor.start([ChildSpec.of(Plain, id="a", shutdown=0.2)], dispatcher=loop)
    with capture_logs():
        children(supervisor)["a"].tell(lambda: supervisor.stop(WATCHDOG_SECONDS))
        assert supervisor.actor_ref.actor_stopped.wait(WATCHDOG_SECONDS)


def test_g4_dynamic_ones_share_the_wait(loop):
    release = threading.Event()
    supervisor = DynamicSupervisor.start(dispatcher=loop)
    futures = [
        supervisor.start_child(ChildSpec.of(Plain, id=number, shutdown=0.5)) for number in range(20)
    ]
    for future in futures:
        future.get(timeout=5).tell(lambda: release.wait(10))
    with capture_logs():
        supervisor.stop(WATCHDOG_SECONDS)  # twenty times half a second would be ten
    release.set()


def test_a_supervisor_is_started_by_a_plain_actor(loop):
    class Owner(pykka.ThreadingActor):
        use_daemon_thread = True
        supervisor = None

        def on_start(self):
            self.supervisor = Supervisor.start([ChildSpec.of(Plain)], dispatcher=loop)

        def on_stop(self):
            self.supervisor.stop(WATCHDOG_SECONDS)

    owner = Owner.start()
    supervisor = owner.proxy().supervisor.get(timeout=5)
    assert supervisor is not None
    assert len(children(supervisor)) == 1
    owner.stop(timeout=5)
    assert supervisor.actor_ref.actor_stopped.wait(WATCHDOG_SECONDS)
