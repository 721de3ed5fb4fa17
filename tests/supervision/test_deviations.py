"""What differs from OTP, as docs/supervision.md lists it, where no rule has a test for it."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    SHUTDOWN,
    Actor,
    ChildSpec,
    Future,
    LoopDispatcher,
    Supervisor,
    SupervisorGone,
    Terminated,
    WouldBlock,
    watch,
)
from tests.supervision.nursery import Kid

WATCHDOG_SECONDS = 5.0


class Busy(Actor):
    """Calls what it is sent."""

    def on_receive(self, call):
        call()


class BusyPlain(pykka.ThreadingActor):
    """Calls what it is sent, on a thread of its own."""

    use_daemon_thread = True

    def on_receive(self, call):
        call()


def test_no_preemption_a_handler_that_does_not_return_holds_up_its_supervisor(loop):
    release = threading.Event()
    supervisor = Supervisor.start([ChildSpec.of(Busy, shutdown=0)], dispatcher=loop)
    (line,) = supervisor.which_children().get(timeout=5)
    line.ref.tell(partial(release.wait, 10))
    with pytest.raises(TimeoutError):
        supervisor.stop(timeout=0.1)
    with pytest.raises(pykka.Timeout):
        supervisor.which_children().get(timeout=0.1)
    release.set()
    with capture_logs():
        supervisor.stop(WATCHDOG_SECONDS)


def test_no_isolation_what_children_share_survives_a_restart_as_it_is(nursery):
    shared = ["broken"]
    nursery.boot([ChildSpec(id="a", start=lambda: Kid.start(shared, "a"))])
    nursery.end("a")
    assert shared == ["broken", "start a", "crash a", "start a"]


def test_a_plain_actor_s_stop_waits_behind_its_mailbox(loop):
    handled, go = [], threading.Event()
    with Supervisor.start([ChildSpec.of(BusyPlain)], dispatcher=loop) as supervisor:
        (line,) = supervisor.which_children().get(timeout=5)
        line.ref.tell(partial(go.wait, 5))
        for number in range(20):
            line.ref.tell(partial(handled.append, number))
        ended = supervisor.actor_ref.stop(block=False)
        go.set()
        ended.get(timeout=5)
    assert handled == list(range(20))


def test_a_plain_actor_that_was_told_to_end_was_shut_down(loop, eventually):
    reasons = []

    class Witness(Actor):
        def on_receive(self, news):
            assert isinstance(news, Terminated)
            reasons.append(news.reason)

    with (
        capture_logs() as logs,
        Supervisor.start([ChildSpec.of(BusyPlain)], dispatcher=loop) as supervisor,
    ):
        (line,) = supervisor.which_children().get(timeout=5)
        watch(line.ref, Witness.start(dispatcher=loop))
        supervisor.stop(WATCHDOG_SECONDS)
        eventually(lambda: reasons == [SHUTDOWN])
    assert logs == []


def test_a_start_from_another_dispatcher_s_thread_would_block_and_is_called_off(loop, eventually):
    raised = []
    never = ChildSpec(id="never", start=Future, shutdown=0)

    class Starter(Actor):
        def on_receive(self, dispatcher):
            with pytest.raises(WouldBlock) as caught:
                Supervisor.start([ChildSpec.of(Busy), never], dispatcher=dispatcher)
            raised.append(caught)

    with LoopDispatcher() as other:
        Starter.start(dispatcher=loop).ask(other, timeout=5)
        eventually(lambda: other.live_actors() == ())
    assert len(raised) == 1


def test_begin_may_be_called_on_another_dispatcher_s_thread(loop):
    boots = []

    class Starter(Actor):
        def on_receive(self, dispatcher):
            boots.append(Supervisor.begin([ChildSpec.of(Busy)], dispatcher=dispatcher))

    with LoopDispatcher() as other:
        Starter.start(dispatcher=loop).ask(other, timeout=5)
        assert boots[0].get(timeout=5).actor_ref.dispatcher is other


def test_a_supervisor_on_another_dispatcher_is_a_child_like_any_other(loop, eventually):
    with LoopDispatcher() as other:
        sub = Supervisor.as_child("sub", [ChildSpec.of(Busy)], dispatcher=other)
        with capture_logs(), Supervisor.start([sub], dispatcher=loop) as top:
            (line,) = top.which_children().get(timeout=5)
            inner = line.child
            assert inner.count_children().get(timeout=5).active == 1
        assert not inner.actor_ref.is_alive()
        assert other.live_actors() == ()


def test_a_dispatcher_that_closes_during_the_boot_fails_it():
    may = threading.Event()
    dispatcher = LoopDispatcher()
    spec = ChildSpec(id="a", start=partial(may.wait, 5), blocking=True)
    boot = Supervisor.begin([spec], dispatcher=dispatcher)
    with capture_logs():
        dispatcher.close(timeout_seconds=0.1)
    may.set()
    with pytest.raises(SupervisorGone):
        boot.get(timeout=5)


def test_every_deviation_of_the_page_is_named():
    page = Path(__file__).parents[2] / "docs" / "supervision.md"
    listed = page.read_text().partition("## What differs from OTP")[2].partition("## Cost")[0]
    assert listed.count("\n- **") == 18
