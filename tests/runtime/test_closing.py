"""Closing a dispatcher with actors on it: all of them end, and everybody learns of it."""

from __future__ import annotations

import queue
import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    KILLED,
    Actor,
    DispatcherClosed,
    LoopDispatcher,
    ManualDispatcher,
    Terminated,
    watch,
)


class Stubborn(Actor):
    """Would rather not stop."""

    def __init__(self, log, name):
        super().__init__()
        self.log = log
        self.name = name

    def on_stop_request(self, reason):
        self.log.append((self.name, reason))
        return False

    def on_stop(self):
        self.log.append(self.name)


@pytest.fixture
def closing():
    """A manual dispatcher that the test closes."""
    return ManualDispatcher()


def test_live_actors_are_killed_the_last_started_first(closing):
    log = []
    refs = [Stubborn.start(log, name, dispatcher=closing) for name in "abc"]
    closing.close()
    assert log == ["c", "b", "a"]
    assert not any(ref.is_alive() for ref in refs)
    assert closing.live_actors() == ()


def test_who_waits_for_an_answer_gets_one(closing, record):
    ref, _ = record(closing)
    answer = ref.ask("hello", block=False)
    ended = ref.stop(block=False)
    closing.close()
    with pytest.raises(pykka.ActorDeadError):
        answer.get()
    assert ended.get() is True


def test_who_waits_in_another_thread_gets_one(closing, record):
    def ask():
        try:
            ref.ask("hello")
        except pykka.ActorDeadError as error:
            errors.put(error)

    ref, _ = record(closing)
    posted, errors = threading.Event(), queue.SimpleQueue()
    closing.run_queue.wake = posted.set
    thread = threading.Thread(target=ask)
    thread.start()
    assert posted.wait(5)
    closing.close()
    thread.join()
    assert errors.qsize() == 1


def test_watchers_elsewhere_are_told(closing, manual, record):
    watcher, seen = record(manual)
    target, _ = record(closing)
    watch(target, watcher)
    closing.close()
    manual.run_until_idle()
    assert seen == [Terminated(target, KILLED)]


def test_an_actor_that_was_about_to_stop_is_killed(closing):
    log = []
    ref = Stubborn.start(log, "a", dispatcher=closing)
    ended = ref.stop(block=False)
    closing.run_until_idle()
    closing.close()
    assert ended.get() is True
    assert log[-1] == "a"


def test_a_last_hook_that_raises_does_not_keep_the_others_alive(closing):
    class Explosive(Actor):
        def on_stop(self):
            raise SystemExit

    for _ in range(2):
        Explosive.start(dispatcher=closing)
    with capture_logs() as logs:
        closing.close()
    assert closing.live_actors() == ()
    assert [entry["event"] for entry in logs] == ["actor_cleanup_failed"] * 2


def test_no_actor_starts_while_the_dispatcher_closes(closing):
    class Legacy(Actor):
        def on_stop(self):
            try:
                Legacy.start(dispatcher=self.dispatcher)
            except DispatcherClosed as error:
                errors.append(error)

    errors = []
    Legacy.start(dispatcher=closing)
    closing.close()
    assert len(errors) == 1
    assert closing.live_actors() == ()


def test_a_start_that_waits_for_its_turn_when_the_dispatcher_closes_is_refused(closing):
    class Late(Actor):
        def on_start(self):
            raise AssertionError("too late")

    def start():
        try:
            Late.start(dispatcher=closing)
        except DispatcherClosed as error:
            errors.put(error)

    posted, errors = threading.Event(), queue.SimpleQueue()
    closing.run_queue.wake = posted.set
    thread = threading.Thread(target=start)
    thread.start()
    assert posted.wait(5)
    closing.close()
    thread.join()
    assert errors.qsize() == 1


def test_what_a_last_hook_asks_for_is_still_done(closing):
    class Tidy(Actor):
        def on_stop(self):
            self.dispatcher.call_soon(done.append, "call")
            self.dispatcher.run_in_worker(lambda: "work", then=lambda *got: done.append(got))

    done = []
    Tidy.start(dispatcher=closing)
    closing.close()
    assert done == ["call", ("work", None)]


def test_a_thousand_actors_and_their_thread_are_gone_after_the_end(record):
    before = threading.active_count()
    with LoopDispatcher() as dispatcher:
        refs = [record(dispatcher)[0] for _ in range(1000)]
    assert not any(ref.is_alive() for ref in refs)
    assert dispatcher.live_actors() == ()
    assert threading.active_count() == before
