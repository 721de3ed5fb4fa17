"""Links between two actors of this runtime: two-way, trapped or not (M3, M5 to M8, M10)."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    KILLED,
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Exit,
    Terminated,
    handles,
    kill,
    link,
    unlink,
)
from greenroom.runtime.stop_flag import StopFlag
from tests.runtime.peers import CRASH, NAMES, REASONS, Peer, Trapper, end, ties

# --- M6 ---


@pytest.mark.parametrize("reason", REASONS, ids=NAMES)
def test_m6_an_end_that_is_not_normal_is_the_end_of_a_peer_with_the_same_reason(
    manual, peers, reason
):
    one, _, _ = peers()
    other, seen, news = peers()
    link(one, other)
    end(manual, one, reason)
    assert seen == []
    if reason == NORMAL:
        assert (other.is_alive(), news) == (True, [])
    else:
        assert (other.is_alive(), news) == (False, [Terminated(other, reason)])
    assert ties(one, other) == [0, 1 if reason == NORMAL else 0]  # the watch


@pytest.mark.parametrize("reason", REASONS, ids=NAMES)
def test_m6_a_peer_that_traps_gets_every_end_as_a_message(manual, peers, reason):
    one, _, _ = peers()
    other, seen, news = peers(Trapper)
    link(one, other)
    end(manual, one, reason)
    assert (other.is_alive(), seen, news) == (True, [Exit(one, reason)], [])
    assert ties(one, other) == [0, 1]


@pytest.mark.parametrize("from_one", [True, False])
def test_m6_a_link_works_both_ways_whoever_made_it(manual, peers, from_one):
    one, _, _ = peers()
    other, _, _ = peers()
    link(one, other)
    first, second = (one, other) if from_one else (other, one)
    end(manual, first, CRASH)
    assert not second.is_alive()


def test_m6_two_links_are_one(manual, peers):
    one, _, _ = peers()
    other, seen, _ = peers(Trapper)
    for _ in range(3):
        link(one, other)
        link(other, one)
    assert ties(one, other) == [2, 2]  # the link, and the watch of the fixture
    end(manual, one, SHUTDOWN)
    assert seen == [Exit(one, SHUTDOWN)]


def test_m6_one_unlink_undoes_them_all(manual, peers):
    one, _, _ = peers()
    other, _, news = peers()
    for _ in range(3):
        link(one, other)
    unlink(other, one)
    end(manual, one, CRASH)
    assert (other.is_alive(), news) == (True, [])


def test_m6_an_actor_links_and_unlinks_itself(manual, peers):
    one, _, _ = peers()
    other, _, _ = peers()
    one.tell(lambda actor: actor.link(other))
    manual.run_until_idle()
    assert ties(one, other) == [2, 2]
    one.tell(lambda actor: actor.unlink(other))
    manual.run_until_idle()
    assert ties(one, other) == [1, 1]


def test_m6_an_actor_is_not_linked_to_itself(manual, peers):
    one, _, news = peers()
    link(one, one)
    assert ties(one) == [1]
    end(manual, one, CRASH)
    assert news == [Terminated(one, CRASH)]


def test_m6_a_failure_spreads_along_a_chain_and_stops_at_who_traps(manual, peers):
    chain = [peers() for _ in range(3)]
    guard, seen, _ = peers(Trapper)
    beyond, _, _ = peers()
    refs = [*(ref for ref, _, _ in chain), guard, beyond]
    for left, right in pairwise(refs):
        link(left, right)
    end(manual, refs[0], CRASH)
    assert [ref.is_alive() for ref in refs] == [False, False, False, True, True]
    assert seen == [Exit(refs[2], CRASH)]


def test_m6_a_ring_ends_once(manual, peers):
    ring = [peers() for _ in range(4)]
    refs = [ref for ref, _, _ in ring]
    for left, right in zip(refs, [*refs[1:], refs[0]], strict=True):
        link(left, right)
    end(manual, refs[0], CRASH)
    assert [news for _, _, news in ring] == [[Terminated(ref, CRASH)] for ref in refs]


def test_m6_a_linked_actor_may_take_its_time_to_release_things(manual, peers):
    class Owner(Peer):
        def on_stop_request(self, reason):
            self.seen.append(reason)
            return False

    one, _, _ = peers()
    owner, seen, news = peers(Owner)
    link(one, owner)
    end(manual, one, CRASH)
    assert (seen, owner.is_alive()) == ([CRASH], True)
    owner.tell(lambda actor: actor.terminate())
    manual.run_until_idle()
    assert news == [Terminated(owner, CRASH)]


def test_m6_one_that_is_stopping_already_goes_on_with_that(manual, peers):
    class Owner(Peer):
        def on_stop_request(self, reason):
            self.seen.append(reason)
            return False

    one, _, _ = peers()
    owner, seen, news = peers(Owner)
    link(one, owner)
    owner.stop(block=False)
    manual.run_until_idle()
    end(manual, one, CRASH)
    assert seen == [SHUTDOWN]
    owner.tell(lambda actor: actor.terminate())
    manual.run_until_idle()
    assert news == [Terminated(owner, SHUTDOWN)]


def test_m6_an_exit_signal_overtakes_what_waits(manual, peers):
    one, _, _ = peers()
    other, seen, _ = peers()
    link(one, other)
    one.tell(CRASH)
    other.tell("work")
    with capture_logs():
        manual.run_until_idle()
    assert (other.is_alive(), seen) == (False, [])


def test_m5_a_trapped_exit_comes_after_what_the_dead_had_sent(manual, peers):
    one, _, _ = peers()
    other, seen, _ = peers(Trapper)
    link(one, other)
    one.tell(lambda actor: [actor.send(other, number) for number in range(3)])
    end(manual, one, SHUTDOWN)
    assert seen == [0, 1, 2, Exit(one, SHUTDOWN)]


def test_m3_unlinking_takes_back_a_signal_that_is_under_way(manual, peers):
    for actor_class, by_the_dead in product((Peer, Trapper), (False, True)):
        one, _, _ = peers()
        other, seen, _ = peers(actor_class)
        link(one, other)
        one.tell(CRASH)
        with capture_logs():
            assert manual.step()
        assert not one.is_alive()
        unlink(*((one, other) if by_the_dead else (other, one)))
        manual.run_until_idle()
        assert (other.is_alive(), seen) == (True, [])


def test_m6_handlers_may_be_named_for_the_message(manual, peers):
    class Particular(Trapper):
        @handles(Exit)
        def on_exit(self, news):
            self.seen.append(("handled", news.reason))

    one, _, _ = peers()
    other, seen, _ = peers(Particular)
    link(one, other)
    end(manual, one, SHUTDOWN)
    assert seen == [("handled", SHUTDOWN)]


def test_m6_linking_works_across_dispatchers(loop, manual, peers):
    other, seen, _ = peers(Trapper)
    abroad = Peer.start(dispatcher=loop)
    link(other, abroad)
    abroad.stop()
    manual.run_until(lambda: seen)
    assert seen == [Exit(abroad, SHUTDOWN)]


# --- M7 ---


@pytest.mark.parametrize("actor_class", [Peer, Trapper])
def test_m7_a_kill_cannot_be_trapped_by_the_killed(manual, peers, actor_class):
    victim, seen, news = peers(actor_class)
    kill(victim)
    manual.run_until_idle()
    assert (seen, news) == ([], [Terminated(victim, KILLED)])


@pytest.mark.parametrize("victim_class", [Peer, Trapper])
def test_m7_the_killed_takes_its_peers_along_as_killed(manual, peers, victim_class):
    victim, _, _ = peers(victim_class)
    peer, _, news = peers()
    link(victim, peer)
    kill(victim)
    manual.run_until_idle()
    assert news == [Terminated(peer, KILLED)]


def test_m7_a_kill_that_comes_by_a_link_can_be_trapped(manual, peers):
    victim, _, _ = peers()
    peer, seen, _ = peers(Trapper)
    link(victim, peer)
    kill(victim)
    manual.run_until_idle()
    assert (peer.is_alive(), seen) == (True, [Exit(victim, KILLED)])


# --- M8 ---


@pytest.mark.parametrize("actor_class", [Peer, Trapper])
def test_m8_linking_to_the_dead_yields_noproc(manual, peers, actor_class):
    dead, _, _ = peers()
    end(manual, dead, NORMAL)
    ref, seen, news = peers(actor_class)
    link(ref, dead)
    manual.run_until_idle()
    if actor_class is Trapper:
        assert (seen, news) == ([Exit(dead, NO_PROC)], [])
    else:
        assert (seen, news) == ([], [Terminated(ref, NO_PROC)])
    assert ties(dead) == [0]


def test_m8_nobody_is_told_of_a_link_between_the_dead(manual, peers):
    one, _, _ = peers()
    other, _, _ = peers()
    end(manual, one, NORMAL)
    end(manual, other, NORMAL)
    link(one, other)
    manual.run_until_idle()
    assert ties(one, other) == [0, 0]


@pytest.mark.parametrize("actor_class", [Peer, Trapper])
def test_m8_a_peer_that_dies_between_the_two_steps_of_a_link_is_forgotten(
    manual, peers, actor_class
):
    class SlowTies(type(StopFlag.of(peers()[0]).ties)):
        __slots__ = ()

        def add(self, peer, tie):
            end(manual, one, CRASH)
            return super().add(peer, tie)

    one, _, _ = peers()
    other = actor_class.start(seen := [], dispatcher=manual)
    StopFlag.of(other).ties = SlowTies()
    link(one, other)
    manual.run_until_idle()
    assert ties(one, other) == [0, 0]
    if actor_class is Trapper:
        assert seen == [Exit(one, CRASH)]
    else:
        assert not other.is_alive()


# --- M10 ---


def test_m10_linked_actors_that_end_leave_nothing_with_who_traps(manual, peers):
    parent, seen, _ = peers(Trapper)
    for _ in range(1000):
        parent.tell(lambda actor: actor.start_linked(Peer).tell(CRASH))
        with capture_logs():
            manual.run_until_idle()
    assert len(seen) == 1000
    assert ties(parent) == [1]
