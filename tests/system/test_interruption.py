"""What catches signals: who is asked, how often, and what the host gets back."""

import os
import signal
import threading

import pytest

from greenroom.system.interruption import Interruption


class Answers:
    """Two answers that say when they were asked for."""

    def __init__(self):
        self.orderly, self.at_once = threading.Event(), threading.Event()

    def __iter__(self):
        return iter((self.orderly.set, self.at_once.set))


@pytest.fixture(name="answers")
def _answers():
    return Answers()


def test_the_first_is_answered_orderly_and_the_second_at_once(answers):
    with Interruption() as interruption:
        interruption.answer_with(*answers)
        signal.raise_signal(signal.SIGTERM)
        assert answers.orderly.wait(5)
        assert (answers.at_once.is_set(), interruption.signal) == (False, signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        assert answers.at_once.wait(5)
        assert interruption.signal == signal.SIGTERM


def test_signals_that_came_before_there_was_an_answer_are_answered_then(answers):
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        while interruption.signal is None:
            os.sched_yield()
        interruption.answer_with(*answers)
        assert answers.orderly.wait(5)
        assert not answers.at_once.is_set()


def test_a_summons_is_what_the_signal_stands_for():
    for number, expected in ((signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)):
        with Interruption() as interruption:
            interruption.answer_with(interruption.summon, interruption.summon)
            with pytest.raises(expected):
                _send_and_wait(number)


def _send_and_wait(number):
    os.kill(os.getpid(), number)
    threading.Event().wait(10)


def test_a_summons_without_a_signal_is_none():
    with Interruption() as interruption:
        interruption.summon()
        assert interruption.signal is None


def test_leaving_while_a_summons_is_under_way_raises_nothing_and_gives_the_handlers_back():
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for _ in range(50):
        with Interruption() as interruption:
            summoned = threading.Event()

            def answer(interruption=interruption, summoned=summoned):
                summoned.set()
                interruption.summon()

            interruption.answer_with(answer, answer)
            try:
                signal.raise_signal(signal.SIGTERM)
                summoned.wait(5)
            except SystemExit:
                continue
    assert {number: signal.getsignal(number) for number in before} == before
    assert signal.set_wakeup_fd(-1) == -1


def test_a_handler_that_the_host_set_meanwhile_is_left_to_it():
    before = signal.getsignal(signal.SIGTERM)
    with Interruption():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.signal(signal.SIGTERM, before) is signal.SIG_IGN


def test_only_the_signals_that_were_named_are_caught(answers):
    before = signal.getsignal(signal.SIGINT)
    with Interruption((signal.SIGUSR1,)) as interruption:
        interruption.answer_with(*answers)
        assert signal.getsignal(signal.SIGINT) == before
        signal.raise_signal(signal.SIGUSR1)
        assert answers.orderly.wait(5)
