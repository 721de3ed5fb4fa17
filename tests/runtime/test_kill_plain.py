"""Killing plain pykka actors, and what Python cannot do (G2)."""

from __future__ import annotations

import os
import queue
import threading
import time

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import KILLED, Actor, Registry, Terminated, abandoned_threads, kill, watch
from tests.runtime.strangers import Busy, Plain


def test_g2_a_plain_actor_that_never_comes_back_is_dead_at_once(manual, record, busy):
    ref, _ = busy()
    watcher, news = record(manual)
    watch(ref, watcher)
    waiting = ref.ask("work", block=False)
    began = time.monotonic()
    assert kill(ref).get() is True
    assert time.monotonic() - began < 2
    assert not ref.is_alive()
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is None
    with pytest.raises(pykka.ActorDeadError, match="was killed"):
        waiting.get(timeout=5)
    with pytest.raises(pykka.ActorDeadError):
        ref.tell("more")
    manual.run_until_idle()
    assert news == [Terminated(ref, KILLED)]


def test_g2_its_thread_counts_as_abandoned_after_a_second_until_it_ends(manual, busy):
    ref, handler = busy()
    began = time.monotonic()
    kill(ref)
    assert abandoned_threads() == ()
    with capture_logs() as logs:
        manual.run_until(abandoned_threads)
        manual.run_until(lambda: logs)
    assert time.monotonic() - began >= 1
    assert abandoned_threads() == (handler.thread.name,)
    assert [entry["event"] for entry in logs] == ["thread_abandoned"]
    handler.go_on.set()
    manual.run_until(lambda: not abandoned_threads())


def test_g2_p11_one_that_is_stuck_in_a_read_is_dead_at_once(busy):
    reading, writing = os.pipe()
    ref = Plain.start(queue.SimpleQueue())
    begun = threading.Event()

    def read():
        begun.set()
        return os.read(reading, 1)

    in_hand = ref.ask(read, block=False)
    assert begun.wait(5)
    kill(ref)
    assert not ref.is_alive()
    os.write(writing, b"!")
    assert in_hand.get(timeout=5) == b"!"
    os.close(reading)
    os.close(writing)


def test_g2_p11_one_that_computes_for_ever_is_dead_at_once():
    enough = threading.Event()

    def spin():
        begun.set()
        while not enough.is_set():
            pass

    begun = threading.Event()
    ref = Plain.start(queue.SimpleQueue())
    ref.tell(spin)
    assert begun.wait(5)
    kill(ref)
    assert not ref.is_alive()
    enough.set()


def test_g2_deviation_the_message_in_hand_is_answered_when_its_handler_returns(busy):
    ref, handler = busy()
    kill(ref)
    handler.go_on.set()
    assert handler.answer.get(timeout=5) == "at last"


def test_g2_who_waits_for_its_stop_is_let_go(busy):
    ref, _ = busy()
    stopped = ref.stop(block=False)
    kill(ref)
    assert stopped.get(timeout=5) is True


def test_g2_an_idle_plain_actor_cleans_up_and_leaves_no_thread():
    ended = queue.SimpleQueue()
    ref = Plain.start(ended)
    assert ref.ask("hello", timeout=5) == "hello"
    kill(ref)
    thread = ended.get(timeout=5)
    thread.join(5)
    assert not thread.is_alive()
    assert thread.name not in abandoned_threads()


def test_g2_a_plain_actor_handles_nothing_after_it_was_killed(busy):
    ref, handler = busy()
    seen = []
    for number in range(3):
        ref.tell(lambda n=number: seen.append(n))
    kill(ref)
    handler.go_on.set()
    handler.thread.join(5)
    assert seen == []


def test_g2_a_plain_actor_may_kill_itself():
    ended = queue.SimpleQueue()
    ref = Plain.start(ended)
    assert ref.ask(lambda: kill(ref).get(), timeout=5) is True
    assert not ref.is_alive()


def test_g2_a_mailbox_of_an_unknown_kind_is_left_to_its_owner():
    class Odd(Plain):
        @staticmethod
        def _create_actor_inbox():
            return queue.SimpleQueue()

    handler = Busy()
    ref = Odd.start(queue.SimpleQueue())
    ref.tell(handler)
    assert handler.begun.wait(5)
    waiting = ref.ask("work", block=False)
    kill(ref)
    handler.go_on.set()
    with pytest.raises(pykka.ActorDeadError):
        waiting.get(timeout=5)


def test_g2_a_plain_actor_that_runs_on_no_thread_is_fenced_too():
    actor = Plain(queue.SimpleQueue())
    assert kill(actor.actor_ref).get() is True
    assert not actor.actor_ref.is_alive()


def test_g2_a_full_mailbox_of_a_plain_actor_is_emptied(busy):
    ref, _ = busy()
    ref.actor_inbox.maxsize = 2
    waiting = [ref.ask("work", block=False) for _ in range(2)]
    kill(ref)
    for answer in waiting:
        with pytest.raises(pykka.ActorDeadError):
            answer.get(timeout=5)


def test_g2_the_name_is_free_before_the_watchers_are_told(manual, busy):
    class Heir(Actor):
        def on_receive(self, message):
            found.append((message.reason, names.whereis("clerk")))

    names, found = Registry(), []
    ref, _ = busy()
    names.start("clerk", lambda: ref)
    watch(ref, Heir.start(dispatcher=manual))
    assert names.whereis("clerk") == ref
    kill(ref)
    manual.run_until_idle()
    assert found == [(KILLED, None)]
