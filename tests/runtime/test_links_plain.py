"""Links with plain pykka actors (M3, M6, M8, M10)."""

from __future__ import annotations

import queue

import pytest

from greenroom.runtime import (
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Crash,
    Exit,
    Terminated,
    link,
    unlink,
    watch,
)
from greenroom.runtime.links import Link
from greenroom.runtime.stop_flag import StopFlag
from tests.runtime.peers import CRASH, Plain, Trapper, end, ties


@pytest.fixture
def plain():
    """Start plain actors, which are stopped in the end."""
    refs = []

    def start():
        refs.append(Plain.start(queue.SimpleQueue()))
        return refs[-1]

    yield start
    for ref in refs:
        ref.stop()


def test_m3_a_plain_peer_that_is_unlinked_as_the_other_ends_lives_on(manual, peers, plain):
    one, _, _ = peers()
    stranger = plain()
    link(one, stranger)
    flag = StopFlag.of(one)
    (tie,) = [tie for tie in flag.ties.close()[0] if isinstance(tie, Link)]
    unlink(stranger, one)
    tie.ended(flag, CRASH)
    assert stranger.ask("are you up?", timeout=5) is None
    assert stranger.is_alive()
    assert ties(stranger) == [0]


def test_m6_a_plain_peer_is_stopped_with_the_same_reason(manual, peers, plain):
    one, _, _ = peers()
    stranger = plain()
    watcher, news, _ = peers()
    watch(stranger, watcher)
    link(stranger, one)
    end(manual, one, CRASH)
    manual.run_until(lambda: news)
    assert news == [Terminated(stranger, CRASH)]
    assert ties(stranger) == [0]


def test_m6_a_normal_end_leaves_a_plain_peer_alone(manual, peers, plain):
    one, _, _ = peers()
    stranger = plain()
    link(one, stranger)
    end(manual, one, NORMAL)
    assert stranger.is_alive()
    assert ties(stranger) == [0]


def test_m6_a_plain_actor_that_fails_takes_its_peers_along(manual, peers, plain):
    one, _, news = peers()
    trapper, seen, _ = peers(Trapper)
    stranger = plain()
    link(one, stranger)
    link(trapper, stranger)
    error = ValueError("no")
    stranger.tell(error)
    manual.run_until(lambda: seen and news)
    assert seen == [Exit(stranger, Crash(error))]
    assert news == [Terminated(one, Crash(error))]


def test_m6_the_reason_passes_through_a_plain_peer(manual, peers, plain):
    one, _, _ = peers()
    last, _, news = peers()
    stranger = plain()
    link(one, stranger)
    link(stranger, last)
    end(manual, one, SHUTDOWN)
    manual.run_until(lambda: news)
    assert news == [Terminated(last, SHUTDOWN)]


def test_m8_a_plain_actor_that_is_linked_to_the_dead_is_stopped(manual, peers, plain):
    dead, _, _ = peers()
    end(manual, dead, NORMAL)
    stranger = plain()
    watcher, news, _ = peers()
    watch(stranger, watcher)
    link(stranger, dead)
    manual.run_until(lambda: news)
    assert news == [Terminated(stranger, NO_PROC)]


def test_m8_a_dead_plain_actor_yields_noproc(manual, peers, plain):
    stranger = plain()
    stranger.stop()
    one, _, news = peers()
    link(one, stranger)
    manual.run_until_idle()
    assert news == [Terminated(one, NO_PROC)]


def test_m10_ten_thousand_links_leave_nothing(manual, peers, plain):
    one, _, _ = peers()
    other, _, _ = peers()
    stranger = plain()
    for _ in range(10_000):
        link(one, other)
        unlink(other, one)
        link(one, stranger)
        unlink(one, stranger)
    assert ties(one, other, stranger) == [1, 1, 0]
