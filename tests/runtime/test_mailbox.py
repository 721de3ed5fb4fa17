"""Mailboxes are bounded for strangers, not for the framework, and nobody starves (P9)."""

from __future__ import annotations

import pickle
import threading

import pytest

from greenroom.runtime import NORMAL, Actor, MailboxFull, Terminated


class Small(Actor):
    """Has room for three."""

    mailbox_bound = 3

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_receive(self, message):
        self.seen.append(message)


class Open(Small):
    """Trusts who writes to it."""

    mailbox_bound = None


@pytest.fixture
def full(manual):
    """An actor whose mailbox is full, and what it has handled."""
    seen = []
    ref = Small.start(seen, dispatcher=manual)
    for number in range(3):
        ref.tell(number)
    return ref, seen


def test_a_message_too_many_is_refused_p9(full):
    ref, _ = full
    with pytest.raises(MailboxFull, match="full at 3 messages") as raised:
        ref.tell("too many")
    assert raised.value.bound == 3
    assert raised.value.name == str(ref)


def test_a_question_too_many_is_answered_so_p9(full):
    ref, _ = full
    with pytest.raises(MailboxFull):
        ref.ask("too many", block=False).get()


def test_what_was_refused_is_not_handled_and_what_was_taken_is(full, manual):
    ref, seen = full
    with pytest.raises(MailboxFull):
        ref.tell("too many")
    manual.run_until_idle()
    assert seen == [0, 1, 2]
    ref.tell("room again")
    manual.run_until_idle()
    assert seen[-1] == "room again"


def test_a_thousand_messages_are_the_bound_by_default(manual, record):
    ref, _ = record(manual)
    for number in range(1000):
        ref.tell(number)
    with pytest.raises(MailboxFull, match="1000"):
        ref.tell(1000)


def test_no_bound_is_no_bound(manual):
    seen = []
    ref = Open.start(seen, dispatcher=manual)
    for number in range(5000):
        ref.tell(number)
    manual.run_until_idle()
    assert seen == list(range(5000))


def test_a_full_mailbox_still_takes_signals_and_stops(full, manual):
    ref, seen = full
    assert ref.signal("urgent")
    manual.step()
    assert seen == ["urgent"]
    ended = ref.stop(block=False)
    manual.run_until_idle()
    assert ended.get() is True


def test_a_full_mailbox_still_takes_the_news_of_an_end(full, manual):
    ref, seen = full
    other = Small.start([], dispatcher=manual)
    other.monitor(ref)
    other.stop(block=False, reason=NORMAL)
    manual.run_until_idle()
    assert seen == [0, 1, 2, Terminated(other, NORMAL)]


def test_an_error_about_a_full_mailbox_survives_pickling():
    error = pickle.loads(pickle.dumps(MailboxFull("Small", 3)))
    assert (error.name, error.bound) == ("Small", 3)


def test_a_flooded_actor_does_not_starve_another(loop, record):
    class Busy(Actor):
        mailbox_bound = None

        def on_receive(self, _message):
            if not calm.is_set():
                self.actor_ref.tell("again")

    calm = threading.Event()
    flooded = Busy.start(dispatcher=loop)
    for _ in range(100):
        flooded.tell("go")
    ref, _ = record(loop)
    assert ref.ask("hello", timeout=5) == 1
    calm.set()


def test_a_flooded_actor_handles_no_more_than_its_share_in_one_turn(manual):
    seen = []
    ref = Open.start(seen, dispatcher=manual)
    for number in range(100):
        ref.tell(number)
    type(manual).drain_limit, limit = 64, type(manual).drain_limit
    try:
        second = Open.start(seen_by_second := [], dispatcher=manual)
        for number in range(100):
            second.tell(number)
        manual.step()
        manual.step()
    finally:
        type(manual).drain_limit = limit
    assert len(seen) == 1
    assert len(seen_by_second) == 64


def test_messages_of_many_threads_all_arrive_each_threads_in_order(loop):
    class Counting(Actor):
        mailbox_bound = None

        def on_receive(self, message):
            seen.append(message)

    def send(sender):
        for number in range(500):
            ref.tell((sender, number))

    seen = []
    ref = Counting.start(dispatcher=loop)
    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ref.ask("done")
    for sender in range(4):
        assert [n for who, n in seen[:-1] if who == sender] == list(range(500))
