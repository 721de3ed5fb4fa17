"""Watching: one-way, exact, whatever the order of watch and death (M1 to M5, M10)."""

from __future__ import annotations

import os

import pytest

from greenroom.runtime import (
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Actor,
    Terminated,
    handles,
    unwatch,
    watch,
)
from greenroom.runtime.stop_flag import StopFlag


class Watcher(Actor):
    """Watches what it is told to; keeps what it learns."""

    mailbox_bound = None

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    @handles(Terminated)
    def on_terminated(self, news):
        self.seen.append(news)

    def on_receive(self, message):
        if callable(message):
            message(self)
        else:
            self.seen.append(message)


@pytest.fixture
def watcher(manual):
    """A watcher, and what it has seen."""
    seen = []
    return Watcher.start(seen, dispatcher=manual), seen


@pytest.fixture
def target(manual):
    """Somebody to watch."""
    return Watcher.start([], dispatcher=manual)


def end(manual, ref, reason=NORMAL):
    ref.stop(block=False, reason=reason)
    manual.run_until_idle()


def ties(ref):
    return len(StopFlag.of(ref).ties)


def test_a_watcher_is_told_who_ended_and_why_m1(manual, watcher, target):
    ref, seen = watcher
    ref.tell(lambda actor: actor.watch(target))
    manual.run_until_idle()
    end(manual, target, SHUTDOWN)
    assert seen == [Terminated(target, SHUTDOWN)]


def test_two_watches_give_two_messages_and_not_more_m1(manual, watcher, target):
    ref, seen = watcher
    first, second = target.monitor(ref), target.monitor(ref)
    end(manual, target)
    assert seen == [Terminated(target, NORMAL)] * 2
    assert not first.active
    assert not second.active


def test_m1_each_message_names_the_watch_that_it_is_the_news_of(manual, watcher, target):
    ref, seen = watcher
    monitors = [target.monitor(ref) for _ in range(3)]
    end(manual, target)
    assert len(seen) == 3
    assert {news.monitor for news in seen} == set(monitors)


def test_m1_which_watch_it_was_does_not_count_when_news_are_compared(watcher, target):
    ref, _ = watcher
    news = Terminated(target, NORMAL, target.monitor(ref))
    assert news == Terminated(target, NORMAL)
    assert hash(news) == hash(Terminated(target, NORMAL))
    assert news != Terminated(target, SHUTDOWN)
    assert news != "Terminated"


def test_a_watch_goes_one_way_m1(manual, watcher, target):
    ref, _ = watcher
    target.monitor(ref)
    end(manual, ref)
    assert target.is_alive()


def test_every_watcher_is_told_m1(manual, target):
    watchers = []
    for _ in range(3):
        seen = []
        target.monitor(Watcher.start(seen, dispatcher=manual))
        watchers.append(seen)
    end(manual, target)
    assert watchers == [[Terminated(target, NORMAL)]] * 3


def test_of_the_dead_comes_noproc_at_once_m2(manual, watcher, target):
    ref, seen = watcher
    end(manual, target)
    target.monitor(ref)
    manual.run_until_idle()
    assert seen == [Terminated(target, NO_PROC)]


def test_watch_and_die_in_either_order_give_one_message_m2(manual, watcher):
    ref, seen = watcher
    for watch_first in (True, False):
        target = Watcher.start([], dispatcher=manual)
        steps = [lambda t=target: t.stop(block=False), lambda t=target: t.monitor(ref)]
        for step in reversed(steps) if watch_first else steps:
            step()
        manual.run_until_idle()
        assert len(seen) == 1
        seen.clear()


def test_a_cancelled_watch_tells_nothing_m3(manual, watcher, target):
    ref, seen = watcher
    target.monitor(ref)
    unwatch(target, ref)
    end(manual, target)
    assert seen == []


def test_unwatching_takes_back_news_that_waits_in_the_mailbox_m3(manual, watcher, target):
    ref, seen = watcher
    target.monitor(ref)
    target.stop(block=False)
    assert manual.step()
    assert not target.is_alive()
    assert not ref.actor_inbox.empty()
    unwatch(target, ref)
    manual.run_until_idle()
    assert seen == []


def test_an_actor_that_unwatches_gets_nothing_that_was_on_its_way_m3(manual, watcher, target):
    ref, seen = watcher
    target.monitor(ref)
    target.stop(block=False)
    ref.tell(lambda actor: actor.unwatch(target))
    ref.tell("marker")
    manual.run_until_idle()
    assert seen == ["marker"]


def test_unwatching_cancels_all_watches_over_one_and_none_over_others_m3(manual, watcher, target):
    ref, seen = watcher
    other = Watcher.start([], dispatcher=manual)
    for _ in range(3):
        target.monitor(ref)
    other.monitor(ref)
    unwatch(target, ref)
    end(manual, target)
    end(manual, other)
    assert seen == [Terminated(other, NORMAL)]


def test_unwatching_leaves_the_watch_of_the_other_side_alone_m3(manual, watcher):
    ref, seen = watcher
    peer = Watcher.start(seen_by_peer := [], dispatcher=manual)
    peer.monitor(ref)
    ref.monitor(peer)
    unwatch(peer, ref)
    end(manual, ref)
    end(manual, peer)
    assert seen_by_peer == [Terminated(ref, NORMAL)]
    assert seen == []


def test_one_watch_can_be_cancelled_and_the_other_kept_m3(manual, watcher, target):
    ref, seen = watcher
    target.monitor(ref).cancel()
    kept = target.monitor(ref)
    end(manual, target)
    assert seen == [Terminated(target, NORMAL)]
    kept.cancel()
    kept.cancel()


def test_the_news_comes_after_everything_was_released_m4(manual, watcher):
    class Owner(Actor):
        def on_start(self):
            self.fds = os.pipe()

        def on_stop(self):
            for fd in self.fds:
                os.close(fd)
            log.append("released")

    class Heir(Watcher):
        def on_terminated(self, news):
            log.append((news.ref.is_alive(), news.ref in manual.live_actors()))

    log = []
    owner = Owner.start(dispatcher=manual)
    owner.monitor(Heir.start([], dispatcher=manual))
    end(manual, owner)
    assert log == ["released", (False, False)]


def test_who_stopped_it_learns_of_the_end_after_the_watchers_were_sent_the_news_m4(
    manual, watcher, target
):
    ref, seen = watcher
    target.monitor(ref)
    ended = target.stop(block=False)
    manual.run_until_idle()
    assert ended.get() is True
    assert len(seen) == 1


def test_what_it_sent_before_it_died_comes_before_the_news_m5(manual, watcher):
    class Talker(Actor):
        def on_receive(self, count):
            for number in range(count):
                self.send(ref, number)
            raise ValueError("enough")

        def on_failure(self, *_exc_info):
            self.send(ref, "last words")

    ref, seen = watcher
    talker = Talker.start(dispatcher=manual)
    talker.monitor(ref)
    talker.tell(5)
    manual.run_until_idle()
    assert seen[:-1] == [0, 1, 2, 3, 4, "last words"]
    assert seen[-1].ref is talker


def test_a_watcher_that_has_ended_is_told_nothing(manual, watcher, target):
    ref, seen = watcher
    end(manual, ref)
    assert not target.monitor(ref).active
    end(manual, target)
    assert seen == []


def test_a_watcher_that_ends_first_is_forgotten(manual, watcher, target):
    ref, _ = watcher
    target.monitor(ref)
    end(manual, ref)
    assert ties(target) == 0


def test_a_watcher_that_ends_while_it_starts_to_watch_is_forgotten(manual, watcher, target):
    """The watcher's end falls between the two steps of `watch`."""

    class SlowTies(type(StopFlag.of(target).ties)):
        __slots__ = ()

        def add(self, peer, monitor):
            end(manual, ref)
            return super().add(peer, monitor)

    ref, _ = watcher
    StopFlag.of(target).ties = SlowTies()
    assert not target.monitor(ref).active
    assert ties(target) == 0


def test_an_actor_that_watches_itself_is_not_told(manual, watcher):
    ref, seen = watcher
    ref.monitor(ref)
    end(manual, ref)
    assert seen == []
    assert ties(ref) == 0


def test_ten_thousand_cycles_leave_no_monitors_m10(manual, watcher, target):
    ref, seen = watcher
    for _ in range(10_000):
        target.monitor(ref)
        unwatch(target, ref)
    assert ties(target) == ties(ref) == 0
    for _ in range(1000):
        passing = Watcher.start([], dispatcher=manual)
        passing.monitor(ref)
        end(manual, passing)
    assert len(seen) == 1000
    assert ties(ref) == 0


def test_watching_across_dispatchers_works(loop, manual, watcher):
    ref, seen = watcher
    abroad = Watcher.start([], dispatcher=loop)
    watch(abroad, ref)
    abroad.stop()
    manual.run_until(lambda: seen)
    assert seen == [Terminated(abroad, SHUTDOWN)]


def test_a_monitor_shows_whom_it_concerns(watcher, target):
    ref, _ = watcher
    monitor = target.monitor(ref)
    assert repr(monitor) == f"<Monitor of {target} by {ref}, active>"
    monitor.cancel()
    assert repr(monitor).endswith("over>")
