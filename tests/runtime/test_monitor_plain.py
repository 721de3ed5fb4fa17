"""Plain pykka actors on either side of a watch."""

from __future__ import annotations

import queue
import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import NO_PROC, NORMAL, SHUTDOWN, Actor, Crash, Terminated, unwatch, watch
from greenroom.runtime.stop_flag import StopFlag


class Plain(pykka.ThreadingActor):
    """Puts what it gets where the test can wait for it; raises what can be raised."""

    use_daemon_thread = True

    def __init__(self):
        super().__init__()
        self.seen = queue.SimpleQueue()

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        self.seen.put(message)


@pytest.fixture
def start_plain():
    """Start plain actors, which are stopped in the end."""
    refs = []

    def start():
        ref = Plain.start()
        refs.append(ref)
        return ref, ref._actor_weakref().seen

    yield start
    for ref in refs:
        ref.stop()


@pytest.fixture
def watcher(loop):
    """A watcher of ours, and what it sees."""

    class Watcher(Actor):
        def on_receive(self, message):
            seen.put(message)

    seen = queue.SimpleQueue()
    return Watcher.start(dispatcher=loop), seen


def test_a_plain_actor_can_watch(loop, start_plain, record):
    plain, seen = start_plain()
    target, _ = record(loop)
    monitor = watch(target, plain)
    target.stop()
    news = seen.get(timeout=5)
    assert news == Terminated(target, SHUTDOWN)
    assert news.monitor is monitor
    assert not monitor.active
    assert len(StopFlag.of(plain).ties) == 0


def test_a_plain_actor_gets_noproc_of_the_dead_m2(loop, start_plain, record):
    plain, seen = start_plain()
    target, _ = record(loop)
    target.stop()
    target.monitor(plain)
    assert seen.get(timeout=5) == Terminated(target, NO_PROC)


def test_a_plain_actor_is_told_last_what_the_dead_told_it_before_m5(loop, start_plain):
    class Talker(Actor):
        def on_receive(self, _message):
            for number in range(3):
                self.send(plain, number)
            self.terminate()

    plain, seen = start_plain()
    talker = Talker.start(dispatcher=loop)
    talker.monitor(plain)
    talker.tell("talk")
    assert [seen.get(timeout=5) for _ in range(4)] == [0, 1, 2, Terminated(talker, NORMAL)]


def test_a_plain_actor_can_unwatch(loop, start_plain, record):
    plain, seen = start_plain()
    target, _ = record(loop)
    watch(target, plain)
    unwatch(target, plain)
    target.stop()
    plain.tell("marker")
    assert seen.get(timeout=5) == "marker"


def test_a_plain_actor_can_be_watched(watcher, start_plain):
    ref, seen = watcher
    plain, _ = start_plain()
    watch(plain, ref)
    plain.stop()
    assert seen.get(timeout=5) == Terminated(plain, NORMAL)


def test_the_crash_of_a_plain_actor_is_told_with_its_error(watcher, start_plain):
    ref, seen = watcher
    plain, _ = start_plain()
    watch(plain, ref)
    error = ValueError("no")
    plain.tell(error)
    assert seen.get(timeout=5) == Terminated(plain, Crash(error))


def test_a_dead_plain_actor_is_told_as_noproc_m2(watcher, start_plain):
    ref, seen = watcher
    plain, _ = start_plain()
    plain.stop()
    watch(plain, ref)
    assert seen.get(timeout=5) == Terminated(plain, NO_PROC)


def test_a_plain_actor_that_ends_while_its_event_becomes_a_flag_is_told_m2(
    watcher, start_plain, monkeypatch
):
    """It sets its event as the plain one that it still was, so nothing calls us back."""
    ref, seen = watcher
    plain, _ = start_plain()
    of = StopFlag.of

    def of_one_that_dies_meanwhile(some_ref):
        flag = of(some_ref)
        if some_ref is plain and plain.is_alive():
            flag.__class__ = threading.Event
            plain.stop()
            flag.__class__ = StopFlag
        return flag

    monkeypatch.setattr(StopFlag, "of", of_one_that_dies_meanwhile)
    watch(plain, ref)
    assert seen.get(timeout=5) == Terminated(plain, NO_PROC)


def test_a_plain_actor_whose_end_began_before_its_event_became_a_flag_is_told_m2(watcher):
    looked_up, watched = threading.Event(), threading.Event()

    class Slow(pykka.ThreadingActor):
        """Ends as pykka has it end, and is interrupted where that hurts."""

        def on_receive(self, _message):
            pykka.ActorRegistry.unregister(self.actor_ref)
            end = self.actor_stopped.set
            looked_up.set()
            watched.wait(5)
            end()

    ref, seen = watcher
    plain = Slow.start()
    plain.tell("end")
    looked_up.wait(5)
    watch(plain, ref)
    watched.set()
    assert seen.get(timeout=5) == Terminated(plain, NORMAL)


def test_plain_actors_can_watch_each_other(start_plain):
    plain, seen = start_plain()
    other, _ = start_plain()
    watch(other, plain)
    other.stop()
    assert seen.get(timeout=5) == Terminated(other, NORMAL)


def test_a_plain_watcher_that_ends_first_is_forgotten_m10(loop, start_plain, record):
    target, _ = record(loop)
    for _ in range(20):
        plain, _ = start_plain()
        watch(target, plain)
        plain.stop()
    assert len(StopFlag.of(target).ties) == 0


def test_ten_thousand_cycles_over_a_plain_actor_leave_no_monitors_and_no_threads_m10(
    watcher, start_plain
):
    ref, _ = watcher
    plain, _ = start_plain()
    threads = threading.active_count()
    for _ in range(10_000):
        watch(plain, ref)
        unwatch(plain, ref)
    assert len(StopFlag.of(plain).ties) == 0
    assert threading.active_count() == threads


def test_a_watched_plain_actor_works_on_as_before(watcher, start_plain):
    ref, _ = watcher
    plain, seen = start_plain()
    watch(plain, ref)
    plain.tell("hello")
    assert seen.get(timeout=5) == "hello"
    assert plain.is_alive()
    plain.stop()
    assert not plain.is_alive()


def test_a_watcher_whose_mailbox_raises_does_not_keep_the_news_from_others(manual, record):
    class Broken:
        actor_urn = "urn:broken"
        actor_stopped = threading.Event()

        def tell(self, _message):
            raise OSError("mailbox on fire")

    target, _ = record(manual)
    watcher, seen = record(manual)
    watch(target, Broken())
    watch(target, watcher)
    target.stop(block=False)
    with capture_logs() as logs:
        manual.run_until_idle()
    assert seen == [Terminated(target, SHUTDOWN)]
    assert [entry["event"] for entry in logs] == ["watcher_not_told"]
