"""Every question is answered, whatever becomes of the actor (P1, P5, P6)."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections import deque

import pykka
import pytest

from greenroom.runtime import Actor, WouldBlock


class Answering(Actor):
    """Calls what it is asked."""

    def on_receive(self, message):
        return message()


class LateLane(deque):
    """A lane in which a message arrives only after `before_arrival()` has run."""

    def __init__(self, before_arrival):
        super().__init__()
        self.before_arrival = before_arrival

    def append(self, envelope):
        self.before_arrival()
        super().append(envelope)


def fail():
    raise ValueError("no")


def test_an_answer_is_what_the_handler_returns(loop):
    assert Answering.start(dispatcher=loop).ask(lambda: 42) == 42


def test_an_error_goes_to_the_asker_and_the_actor_lives_p1(loop):
    ref = Answering.start(dispatcher=loop)
    with pytest.raises(ValueError, match="no"):
        ref.ask(fail)
    assert ref.ask(lambda: "alive") == "alive"


def test_the_traceback_of_an_answer_shows_the_handler(manual):
    answer = Answering.start(dispatcher=manual).ask(fail, block=False)
    manual.run_until_idle()
    with pytest.raises(ValueError, match="no") as raised:
        answer.get()
    assert [entry.name for entry in raised.traceback][-2:] == ["on_receive", "fail"]


def test_an_error_is_freed_when_its_asker_is_done_with_it_and_not_by_the_garbage_collector(loop):
    class Heavy(ValueError):
        pass

    def fail_heavily():
        raise Heavy

    def ask():
        try:
            ref.ask(fail_heavily)
        except Heavy as error:
            return weakref.ref(error)

    ref = Answering.start(dispatcher=loop)
    gc.disable()
    try:
        error = ask()
        ref.ask(lambda: None)  # the dispatcher holds on to its last message
        assert error() is None
    finally:
        gc.enable()


def test_a_question_to_the_dead_is_answered_at_once(manual):
    ref = Answering.start(dispatcher=manual)
    ref.stop(block=False)
    manual.run_until_idle()
    with pytest.raises(pykka.ActorDeadError, match="has ended"):
        ref.ask(lambda: 1, block=False).get()


def test_questions_left_in_the_mailbox_at_death_are_answered(manual):
    ref = Answering.start(dispatcher=manual)
    answers = [ref.ask(lambda: 1, block=False) for _ in range(10)]
    ref.stop(block=False)
    manual.run_until_idle()
    for answer in answers:
        with pytest.raises(pykka.ActorDeadError, match="ended before it handled"):
            answer.get()


def test_a_question_that_arrives_after_the_last_sweep_is_answered_p6(manual):
    """The interleaving that loses a reply in pykka: alive? yes; dies; put."""

    def die():
        ref.stop(block=False)
        manual.run_until_idle()
        assert not ref.is_alive()

    ref = Answering.start(dispatcher=manual)
    ref.actor_inbox.work = LateLane(die)
    answer = ref.ask(lambda: 1, block=False)
    with pytest.raises(pykka.ActorDeadError):
        answer.get()


def test_a_stop_that_arrives_after_the_last_sweep_is_answered_p6(manual):
    def die():
        lane.before_arrival = lambda: None
        ref.stop(block=False)
        manual.run_until_idle()
        assert not ref.is_alive()

    ref = Answering.start(dispatcher=manual)
    lane = ref.actor_inbox.control = LateLane(die)
    assert ref.stop(block=False).get() is True


def test_a_message_put_between_the_drains_last_look_and_its_idle_flag_is_handled(manual):
    class Peeked(deque):
        def __len__(self):
            length = super().__len__()
            if length == 0 and late:
                ref.tell(late.pop())
            return length

    ref = Answering.start(dispatcher=manual)
    ref.actor_inbox.work = Peeked()
    handled, late = [], []
    ref.tell(lambda: handled.append("first"))
    late.append(lambda: handled.append("late"))
    manual.run_until_idle()
    assert handled == ["first", "late"]


def test_thousands_of_questions_that_race_with_a_stop_are_all_answered_p6(loop):
    def ask_many():
        barrier.wait()
        answers.extend(ref.ask(lambda: 1, block=False) for _ in range(50))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(40):
            answers, barrier = [], threading.Barrier(4)
            ref = Answering.start(dispatcher=loop)
            threads = [threading.Thread(target=ask_many) for _ in range(3)]
            for thread in threads:
                thread.start()
            barrier.wait()
            ref.stop()
            for thread in threads:
                thread.join()
            assert len(answers) == 150
            for answer in answers:
                try:
                    assert answer.get(timeout=5) == 1
                except pykka.ActorDeadError:
                    continue
    finally:
        sys.setswitchinterval(interval)


def test_a_question_times_out(loop):
    gate = threading.Event()
    ref = Answering.start(dispatcher=loop)
    with pytest.raises(pykka.Timeout, match=r"0\.01"):
        ref.ask(lambda: gate.wait(5), timeout=0.01)
    gate.set()


def test_a_blocking_question_on_the_dispatcher_raises_at_once_and_sends_nothing(loop):
    asker, asked = (Answering.start(dispatcher=loop) for _ in range(2))
    handled = []
    with pytest.raises(WouldBlock, match="block=False"):
        asker.ask(lambda: asked.ask(lambda: handled.append(1)))
    asked.ask(lambda: None)
    assert handled == []


def test_asking_without_blocking_on_the_dispatcher_is_fine(loop):
    asker, asked = (Answering.start(dispatcher=loop) for _ in range(2))
    answer = asker.ask(lambda: asked.ask(lambda: 42, block=False))
    assert answer.get(timeout=5) == 42


def test_an_actor_of_ours_asked_by_a_plain_pykka_actor_answers(loop):
    class Plain(pykka.ThreadingActor):
        def on_receive(self, ref):
            return ref.ask(lambda: threading.current_thread().name)

    plain = Plain.start()
    try:
        assert plain.ask(Answering.start(dispatcher=loop)) == "greenroom"
    finally:
        plain.stop()


def test_a_plain_pykka_actor_asked_by_an_actor_of_ours_answers(loop):
    class Plain(pykka.ThreadingActor):
        def on_receive(self, message):
            return message * 2

    plain = Plain.start()
    try:
        answer = Answering.start(dispatcher=loop).ask(lambda: plain.ask(21, block=False))
        assert answer.get(timeout=5) == 42
    finally:
        plain.stop()


def test_proxies_call_methods_and_read_and_write_attributes(loop):
    class Account(Actor):
        balance = 0

        def deposit(self, amount):
            self.balance += amount
            return self.balance

    proxy = Account.start(dispatcher=loop).proxy()
    assert proxy.deposit(5).get() == 5
    proxy.balance = 7
    assert proxy.balance.get() == 7
    with pytest.raises(TypeError):
        proxy.deposit().get()
