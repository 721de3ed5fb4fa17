"""Stopping: first in the queue, patient with those who release things, and final (P7)."""

from __future__ import annotations

import threading

import pykka
import pytest
from pykka.messages import _ActorStop
from structlog.testing import capture_logs

from greenroom.runtime import (
    NORMAL,
    SHUTDOWN,
    Actor,
    Crash,
    ShutdownWith,
    Terminated,
    WouldBlock,
)


class Obedient(Actor):
    """Calls what it is sent, with itself."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def on_receive(self, message):
        return message(self)

    def on_stop(self):
        self.log.append("on_stop")

    def on_failure(self, *_exc_info):
        self.log.append("on_failure")


class Patient(Obedient):
    """Needs time to end, until it is told `Actor.terminate`."""

    def on_stop_request(self, reason):
        self.log.append(reason)
        return False


class Listener(Obedient):
    """Only keeps what it gets."""

    def on_receive(self, message):
        self.log.append(message)


@pytest.fixture
def start(manual):
    """Start an actor: `ref, log = start(cls)`."""

    def start(actor_class):
        log = []
        return actor_class.start(log, dispatcher=manual), log

    return start


def test_a_stop_returns_when_the_actor_has_ended(loop):
    log = []
    ref = Obedient.start(log, dispatcher=loop)
    assert ref.stop() is True
    assert log == ["on_stop"]
    assert not ref.is_alive()
    assert loop.live_actors() == ()


def test_stopping_the_dead_says_so(loop):
    ref = Obedient.start([], dispatcher=loop)
    ref.stop()
    assert ref.stop() is False


def test_a_stop_overtakes_a_thousand_messages_p7(start, manual):
    ref, log = start(Obedient)
    for _ in range(1000):
        ref.tell(lambda actor: actor.log.append("handled"))
    ref.stop(block=False)
    manual.run_until_idle()
    assert log == ["on_stop"]


def test_pykkas_own_stop_messages_are_understood(start, manual):
    first, _ = start(Obedient)
    second, _ = start(Obedient)
    first.tell(_ActorStop())
    answer = second.ask(_ActorStop(), block=False)
    manual.run_until_idle()
    assert answer.get() is True
    assert not first.is_alive()


def test_an_actor_may_stop_itself(start, manual):
    ref, log = start(Obedient)
    ref.tell(lambda actor: actor.stop())
    ref.tell(lambda actor: actor.log.append("handled"))
    manual.run_until_idle()
    assert log == ["on_stop"]


def test_a_stop_during_on_start_takes_effect_after_it(manual):
    class Regretful(Obedient):
        def on_start(self):
            self.stop()
            self.log.append("on_start")

    log = []
    ref = Regretful.start(log, dispatcher=manual)
    assert ref.is_alive()
    manual.run_until_idle()
    assert log == ["on_start", "on_stop"]


def test_waiting_for_ones_own_end_would_block(start, manual):
    ref, _ = start(Obedient)
    answer = ref.ask(lambda actor: actor.actor_ref.stop(), block=False)
    manual.run_until_idle()
    with pytest.raises(WouldBlock):
        answer.get()
    assert ref.is_alive()


def test_who_stops_an_actor_that_needs_time_waits_for_its_end(start, manual):
    ref, log = start(Patient)
    ended = ref.stop(block=False)
    manual.run_until_idle()
    assert ref.is_alive()
    assert ended._result is None
    ref.tell(lambda actor: actor.terminate())
    manual.run_until_idle()
    assert ended.get() is True
    assert log == [SHUTDOWN, "on_stop"]


def test_a_blocking_stop_waits_for_the_real_end(loop):
    log = []
    ref = Patient.start(log, dispatcher=loop)
    timer = threading.Timer(0.02, ref.tell, [lambda actor: actor.terminate()])
    timer.start()
    assert ref.stop() is True
    assert log == [SHUTDOWN, "on_stop"]
    timer.join()


def test_a_stop_that_takes_too_long_times_out_and_goes_on(loop):
    ref = Patient.start([], dispatcher=loop)
    with pytest.raises(pykka.Timeout):
        ref.stop(timeout=0.01)
    ref.tell(lambda actor: actor.terminate())
    ref.stop()
    assert not ref.is_alive()


def test_many_stops_are_asked_for_once_and_answered_together(start, manual):
    ref, log = start(Patient)
    ends = [ref.stop(block=False) for _ in range(3)]
    manual.run_until_idle()
    assert log == [SHUTDOWN]
    ref.tell(lambda actor: actor.terminate())
    manual.run_until_idle()
    assert [end.get() for end in ends] == [True] * 3


def test_an_actor_that_needs_time_still_gets_its_messages(start, manual):
    ref, _ = start(Patient)
    ref.stop(block=False)
    manual.run_until_idle()
    answer = ref.ask(lambda _: "still here", block=False)
    manual.run_until_idle()
    assert answer.get() == "still here"


def test_a_hook_that_forgets_to_return_does_not_keep_the_actor_alive(manual):
    class Forgetful(Obedient):
        def on_stop_request(self, reason):
            self.log.append(reason)

    log = []
    ref = Forgetful.start(log, dispatcher=manual)
    ref.stop(block=False)
    manual.run_until_idle()
    assert log == [SHUTDOWN, "on_stop"]


def test_an_actor_may_answer_a_stop_request_with_a_reason_of_its_own(manual, record):
    class Reasonable(Actor):
        def on_stop_request(self, reason):
            self.terminate(ShutdownWith(("instead of", reason)))
            return True

    ref = Reasonable.start(dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ref.stop(block=False)
    manual.run_until_idle()
    assert seen == [Terminated(ref, ShutdownWith(("instead of", SHUTDOWN)))]


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
def test_a_stop_request_that_fails_ends_the_actor(manual, record, kind):
    class Confused(Obedient):
        def on_stop_request(self, reason):
            raise error

    error, log = kind("no"), []
    ref = Confused.start(log, dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ended = ref.stop(block=False)
    with capture_logs() as logs:
        manual.run_until_idle()
    assert ended.get() is True
    assert seen == [Terminated(ref, Crash(error))]
    assert log == ["on_failure"]
    assert [entry["event"] for entry in logs] == ["actor_stop_request_failed"]


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
def test_an_on_stop_that_fails_makes_the_end_a_crash(manual, record, kind):
    class Careless(Actor):
        def on_stop(self):
            raise error

    error = kind("no")
    ref = Careless.start(dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ended = ref.stop(block=False)
    with capture_logs() as logs:
        manual.run_until_idle()
    assert ended.get() is True
    assert seen == [Terminated(ref, Crash(error))]
    assert [entry["event"] for entry in logs] == ["actor_cleanup_failed"]


@pytest.mark.parametrize(
    ("stopped", "terminated", "told"),
    [
        (SHUTDOWN, None, SHUTDOWN),
        (ShutdownWith("moved"), None, ShutdownWith("moved")),
        (SHUTDOWN, NORMAL, NORMAL),
        (None, None, NORMAL),
        (None, ShutdownWith(3), ShutdownWith(3)),
    ],
)
def test_watchers_are_told_the_reason_of_the_end(start, manual, stopped, terminated, told):
    ref, _ = start(Patient)
    watcher, seen = start(Listener)
    ref.monitor(watcher)
    if stopped is not None:
        ref.stop(block=False, reason=stopped)
    ref.tell(lambda actor: actor.terminate(terminated))
    manual.run_until_idle()
    assert seen == [Terminated(ref, told)]


def test_termination_answers_the_question_at_hand_first(start, manual):
    ref, _ = start(Obedient)
    last = ref.ask(lambda actor: (actor.terminate(), "bye")[1], block=False)
    next_one = ref.ask(lambda _: "never", block=False)
    manual.run_until_idle()
    assert last.get() == "bye"
    with pytest.raises(pykka.ActorDeadError):
        next_one.get()


def test_nothing_else_is_handled_in_the_turn_of_a_termination(loop):
    gate, log = threading.Event(), []
    ref = Obedient.start(log, dispatcher=loop)
    loop.call_soon(gate.wait, 5)
    ref.tell(lambda actor: actor.terminate())
    last = ref.ask(lambda actor: actor.log.append("never"), block=False)
    gate.set()
    with pytest.raises(pykka.ActorDeadError):
        last.get(timeout=5)
    assert log == ["on_stop"]


def test_termination_from_a_callback_outside_any_message_works(start, manual):
    ref, log = start(Obedient)
    actor = ref.ask(lambda actor: actor, block=False)
    manual.run_until_idle()
    manual.call_soon(actor.get().terminate)
    manual.run_until_idle()
    assert log == ["on_stop"]
    assert not ref.is_alive()


def test_the_first_termination_counts(start, manual, record):
    ref, _ = start(Obedient)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ref.tell(lambda actor: (actor.terminate(ShutdownWith(1)), actor.terminate(ShutdownWith(2))))
    manual.run_until_idle()
    assert seen == [Terminated(ref, ShutdownWith(1))]


def test_terminating_in_on_stop_changes_nothing(manual):
    class Insistent(Actor):
        def on_stop(self):
            log.append("on_stop")
            self.terminate()
            self.stop()

    log = []
    ref = Insistent.start(dispatcher=manual)
    ended = ref.stop(block=False)
    manual.run_until_idle()
    assert ended.get() is True
    assert log == ["on_stop"]
