"""Events for whoever subscribed: never held up, and never brought down, by who listens."""

from __future__ import annotations

import queue
import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import Actor, EventStream
from greenroom.runtime.stop_flag import StopFlag


class Event:
    """Something that happened."""


class Restarted(Event):
    """Something more particular."""


class Other:
    """Something else."""


class Failing:
    """A reference to an actor whose mailbox takes nothing."""

    actor_urn = "urn:failing"
    actor_inbox = None

    def __init__(self, error):
        self.actor_stopped = threading.Event()
        self.error = error

    def tell(self, _message):
        raise self.error


class Plain(pykka.ThreadingActor):
    """Puts what it gets where the test can wait for it."""

    use_daemon_thread = True

    def __init__(self, seen, maxsize=0):
        super().__init__()
        self.seen = seen
        self.actor_inbox.maxsize = maxsize

    def on_receive(self, message):
        if callable(message):
            message()
        else:
            self.seen.put(message)


@pytest.fixture
def stream():
    return EventStream()


@pytest.fixture
def plain():
    """Start plain actors, which are stopped in the end: `ref, seen = plain()`."""
    refs = []

    def start(**kwargs):
        seen = queue.SimpleQueue()
        refs.append(Plain.start(seen, **kwargs))
        return refs[-1], seen

    yield start
    for ref in refs:
        ref.stop()


def test_a_subscriber_gets_the_events_of_its_types_in_order(manual, record, stream):
    ref, seen = record(manual)
    stream.subscribe(ref, Event)
    events = [Event(), Other(), Restarted(), Event()]
    for event in events:
        stream.publish(event)
    manual.run_until_idle()
    assert seen == [events[0], events[2], events[3]]


def test_a_subclass_is_not_the_whole_class(manual, record, stream):
    ref, seen = record(manual)
    stream.subscribe(ref, Restarted, Other)
    for event in (Event(), other := Other()):
        stream.publish(event)
    manual.run_until_idle()
    assert seen == [other]


def test_without_types_everything_is_told(manual, record, stream):
    ref, seen = record(manual)
    stream.subscribe(ref)
    stream.publish("anything")
    manual.run_until_idle()
    assert seen == ["anything"]


def test_each_subscription_is_of_its_own(manual, record, stream):
    ref, seen = record(manual)
    first, second = stream.subscribe(ref, Event), stream.subscribe(ref, Event)
    stream.publish(Event())
    first.cancel()
    stream.publish(Event())
    manual.run_until_idle()
    assert len(seen) == 3
    assert (first.active, second.active) == (False, True)


def test_who_unsubscribed_is_told_nothing_that_comes_later(manual, record, stream):
    ref, seen = record(manual)
    subscription = stream.subscribe(ref, Event)
    stream.unsubscribe(subscription)
    stream.unsubscribe(subscription)
    stream.publish(Event())
    manual.run_until_idle()
    assert seen == []
    assert len(StopFlag.of(ref).ties) == 0


def test_a_subscriber_that_ended_is_forgotten(manual, record, stream):
    ref, _ = record(manual)
    subscription = stream.subscribe(ref, Event)
    ref.stop(block=False)
    manual.run_until_idle()
    assert not subscription.active
    assert len(stream) == 0


def test_one_that_has_ended_before_is_not_subscribed(manual, record, stream):
    ref, _ = record(manual)
    ref.stop(block=False)
    manual.run_until_idle()
    assert not stream.subscribe(ref, Event).active
    assert len(stream) == 0


def test_one_that_ends_while_it_is_told_disturbs_nobody(manual, record, stream):
    other, seen = record(manual)
    subscription = stream.subscribe(Failing(pykka.ActorDeadError("just now")), Event)
    stream.subscribe(other, Event)
    with capture_logs() as logs:
        stream.publish(Event())
    manual.run_until_idle()
    assert (len(seen), subscription.lost, logs) == (1, 0, [])


def test_a_full_mailbox_loses_the_event_and_that_is_counted(manual, stream):
    class Slow(Actor):
        mailbox_bound = 2

        def on_receive(self, message):
            seen.append(message)

    seen = []
    subscription = stream.subscribe(Slow.start(dispatcher=manual), int)
    for number in range(5):
        stream.publish(number)
    manual.run_until_idle()
    stream.publish(5)
    manual.run_until_idle()
    assert seen == [0, 1, 5]
    assert subscription.lost == 3
    assert repr(subscription).endswith("to int, 3 lost>")


def test_a_plain_actor_can_subscribe_and_is_forgotten_when_it_ends(plain, stream):
    ref, seen = plain()
    subscription = stream.subscribe(ref, Event)
    stream.publish(event := Event())
    assert seen.get(timeout=5) is event
    ref.stop()
    assert not subscription.active
    assert len(stream) == 0


def test_a_plain_actor_with_a_bounded_mailbox_holds_nobody_up(plain, stream):
    ref, seen = plain(maxsize=1)
    subscription = stream.subscribe(ref, int)
    inside, go_on = threading.Event(), threading.Event()
    ref.tell(lambda: (inside.set(), go_on.wait(5)))
    assert inside.wait(5)
    for number in range(3):
        stream.publish(number)
    go_on.set()
    assert seen.get(timeout=5) == 0
    assert subscription.lost == 2


def test_a_mailbox_that_raises_does_not_keep_the_event_from_others(manual, record, stream):
    ref, seen = record(manual)
    stream.subscribe(Failing(OSError("mailbox on fire")), Event)
    stream.subscribe(ref, Event)
    with capture_logs() as logs:
        stream.publish(Event())
    manual.run_until_idle()
    assert len(seen) == 1
    assert [entry["event"] for entry in logs] == ["subscriber_not_told"]


def test_what_is_not_a_type_is_refused(manual, record, stream):
    ref, _ = record(manual)
    with pytest.raises(TypeError, match="got \\('crash',\\)"):
        stream.subscribe(ref, "crash")
    assert len(stream) == 0


def test_many_threads_publish_and_nothing_gets_lost_or_out_of_order(loop, stream):
    class Counter(Actor):
        mailbox_bound = None

        def on_receive(self, message):
            seen.append(message)

    seen = []
    ref = Counter.start(dispatcher=loop)
    stream.subscribe(ref, tuple)
    threads = [
        threading.Thread(target=lambda n=n: [stream.publish((n, k)) for k in range(1000)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ref.ask("all of it?")
    for n in range(4):
        assert [k for who, k in seen[:-1] if who == n] == list(range(1000))


def test_m10_ten_thousand_subscriptions_leave_nothing(manual, record, stream):
    ref, _ = record(manual)
    for _ in range(10_000):
        stream.subscribe(ref, Event).cancel()
    assert len(stream) == len(StopFlag.of(ref).ties) == 0
