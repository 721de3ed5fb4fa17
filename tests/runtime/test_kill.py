"""Killing: what is not to be refused, and what Python cannot do (G2)."""

from __future__ import annotations

import os
import queue
import threading
import time

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    KILLED,
    SHUTDOWN,
    Actor,
    Crash,
    Registry,
    Terminated,
    abandoned_threads,
    kill,
    watch,
)
from greenroom.runtime.abandoned import AbandonedThreads


class Stubborn(Actor):
    """Asks for time whenever it is asked to end."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        if callable(message):
            message(self)
        else:
            self.log.append(message)

    def on_stop_request(self, reason):
        self.log.append(reason)
        return False

    def on_stop(self):
        self.log.append("on_stop")

    def on_failure(self, *_exc_info):
        self.log.append("on_failure")


class Plain(pykka.ThreadingActor):
    """A stranger's actor. Does what it is told to, on its thread."""

    use_daemon_thread = True

    def __init__(self, ended=None):
        super().__init__()
        self.ended = ended

    def on_receive(self, message):
        return message() if callable(message) else message

    def on_stop(self):
        self.ended.put(threading.current_thread())


class Busy:
    """A handler that comes back when the test lets it."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self):
        self.thread = threading.current_thread()
        self.begun.set()
        self.go_on.wait(30)
        return "at last"


@pytest.fixture
def watched(manual, record):
    """Start a stubborn actor that is watched: `ref, log, news = watched()`."""

    def start():
        log = []
        ref = Stubborn.start(log, dispatcher=manual)
        watcher, news = record(manual)
        watch(ref, watcher)
        return ref, log, news

    return start


@pytest.fixture
def busy():
    """Start a plain actor that is busy till the end of the test: `ref, handler = busy()`."""
    started = []

    def start():
        handler = Busy()
        started.append(handler)
        ref = Plain.start(queue.SimpleQueue())
        handler.answer = ref.ask(handler, block=False)
        assert handler.begun.wait(5)
        return ref, handler

    yield start
    for handler in started:
        handler.go_on.set()
    for handler in started:
        handler.thread.join(5)


# --- actors of this runtime ---


def test_g2_an_actor_that_needs_no_time_is_killed_at_once(manual, record):
    ref, _ = record(manual)
    watcher, news = record(manual)
    watch(ref, watcher)
    ended = kill(ref)
    manual.run_until_idle()
    assert ended.get() is True
    assert news == [Terminated(ref, KILLED)]


def test_g2_one_that_refuses_is_asked_and_ended_after_the_grace(manual, watched):
    ref, log, news = watched()
    ended = kill(ref, grace_seconds=2.0)
    manual.advance(1.9)
    assert (log, ref.is_alive(), ended.done) == ([KILLED], True, False)
    manual.advance(0.1)
    assert log == [KILLED, "on_stop"]
    assert news == [Terminated(ref, KILLED)]
    assert ended.get() is True


def test_g2_one_that_is_stopping_already_is_told_that_it_is_killed(manual, watched):
    ref, log, news = watched()
    stopped = ref.stop(block=False)
    manual.run_until_idle()
    kill(ref)
    manual.advance(2)
    assert log == [SHUTDOWN, KILLED, "on_stop"]
    assert news == [Terminated(ref, KILLED)]
    assert stopped.get() is True


def test_g2_one_that_ends_within_its_grace_was_killed_all_the_same(manual, watched):
    ref, log, news = watched()
    kill(ref)
    manual.run_until_idle()
    ref.tell(lambda actor: actor.terminate())
    manual.run_until_idle()
    assert news == [Terminated(ref, KILLED)]
    assert log == [KILLED, "on_stop"]
    assert manual._timers.next_due() is None


def test_g2_a_kill_overtakes_what_waits_and_askers_are_answered(manual, watched):
    ref, log, _ = watched()
    ref.tell("work")
    answer = ref.ask("work", block=False)
    kill(ref, grace_seconds=0)
    manual.advance(0)
    with pytest.raises(pykka.ActorDeadError):
        answer.get()
    assert log[0] == KILLED


def test_g2_a_hook_that_fails_gains_no_time(manual, record):
    class Unlucky(Actor):
        def on_stop_request(self, reason):
            raise ValueError(reason)

    ref = Unlucky.start(dispatcher=manual)
    watcher, news = record(manual)
    watch(ref, watcher)
    kill(ref)
    with capture_logs() as logs:
        manual.run_until_idle()
    assert news == [Terminated(ref, KILLED)]
    assert [entry["event"] for entry in logs] == ["actor_stop_request_failed"]


def test_g2_a_crash_that_is_under_way_stays_the_reason(manual, watched):
    ref, log, news = watched()
    error = ValueError("no")
    ref.tell(error)
    with capture_logs():
        manual.run_until_idle()
    kill(ref)
    manual.advance(2)
    assert news == [Terminated(ref, Crash(error))]
    assert log == [Crash(error), KILLED, "on_failure"]


def test_g2_a_second_kill_may_shorten_the_grace(manual, watched):
    ref, log, _ = watched()
    kill(ref, grace_seconds=60)
    manual.advance(1)
    kill(ref, grace_seconds=1)
    manual.advance(1)
    assert log == [KILLED, KILLED, "on_stop"]


def test_g2_ten_are_killed_in_one_grace(manual, watched):
    refs = [watched()[0] for _ in range(10)]
    ends = [kill(ref) for ref in refs]
    manual.advance(2)
    assert [end.get() for end in ends] == [True] * 10


def test_g2_of_the_dead_nothing_is_left_to_kill(manual, watched, busy):
    ref, _, _ = watched()
    kill(ref, 0)
    manual.advance(0)
    assert kill(ref).get() is False
    plain, _ = busy()
    assert kill(plain).get() is True
    assert kill(plain).get() is False


@pytest.mark.parametrize("grace", [-1, float("nan")])
def test_g2_a_grace_that_is_none_is_refused(manual, watched, grace):
    ref, log, _ = watched()
    with pytest.raises(ValueError, match="0 or more seconds"):
        kill(ref, grace)
    manual.run_until_idle()
    assert log == []


def test_g2_a_kill_can_be_waited_for_on_a_free_thread(loop):
    ref = Stubborn.start(log := [], dispatcher=loop)
    assert kill(ref, grace_seconds=0.05).get(timeout=5) is True
    assert log == [KILLED, "on_stop"]


def test_g2_p11_deviation_a_handler_of_ours_that_does_not_return_is_not_interrupted(loop):
    """Nothing can be done between two turns if there is no second one."""
    handler = Busy()
    ref = Stubborn.start([], dispatcher=loop)
    ref.tell(lambda _actor: handler())
    assert handler.begun.wait(5)
    ended = kill(ref, grace_seconds=0)
    assert ref.is_alive()
    assert not ended.done
    handler.go_on.set()
    assert ended.get(timeout=5) is True


# --- plain pykka actors ---


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


# --- abandoned threads ---


def test_g2_more_abandoned_threads_than_are_bearable_are_an_error(manual):
    go_on = threading.Event()
    threads = [threading.Thread(target=go_on.wait, daemon=True) for _ in range(3)]
    abandoned = AbandonedThreads(patience_seconds=0.0, limit=2)
    with capture_logs() as logs:
        for thread in threads:
            thread.start()
            abandoned.add(thread)
        manual.run_until(lambda: len(logs) == 4)
    assert [entry["event"] for entry in logs] == [
        *["thread_abandoned"] * 3,
        "too_many_threads_abandoned",
    ]
    assert logs[-1]["abandoned"] == 3
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert abandoned.names() == ()


def test_g2_a_thread_that_ends_in_time_does_not_count(manual):
    abandoned = AbandonedThreads(patience_seconds=30)
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait, daemon=True)
    thread.start()
    abandoned.add(thread)
    looker = abandoned._looker
    with capture_logs() as logs:
        go_on.set()
        looker.join(5)
    assert (looker.is_alive(), logs, abandoned.names()) == (False, [], ())
