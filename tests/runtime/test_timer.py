from __future__ import annotations

import gc
import weakref

from hypothesis import given
from hypothesis import strategies as st

from greenroom.runtime import Timer
from greenroom.runtime.timer import TimerQueue


def fire_all(queue, now):
    while (timer := queue.pop_due(now)) is not None:
        timer.fire()


@given(st.lists(st.integers(min_value=0, max_value=5)))
def test_timers_fire_by_moment_and_then_by_age(moments):
    queue, fired = TimerQueue(), []
    for age, moment in enumerate(moments):
        queue.add(Timer(moment, lambda entry=(moment, age): fired.append(entry)))
    fire_all(queue, 5)
    assert fired == sorted((moment, age) for age, moment in enumerate(moments))


def test_a_timer_does_not_fire_early():
    queue = TimerQueue()
    queue.add(Timer(2.0, lambda: None))
    assert queue.pop_due(1.999) is None
    assert queue.next_due() == 2.0


def test_a_cancelled_timer_never_fires():
    queue, fired = TimerQueue(), []
    timer = Timer(1.0, lambda: fired.append(1))
    queue.add(timer)
    timer.cancel()
    timer.fire()
    fire_all(queue, 9.0)
    assert fired == []
    assert queue.next_due() is None


def test_a_timer_fires_once():
    fired = []
    timer = Timer(1.0, lambda: fired.append(1))
    timer.fire()
    timer.fire()
    assert fired == [1]
    assert not timer.pending
    assert not timer.cancelled


def test_a_cancelled_timer_lets_go_of_what_it_would_have_called():
    class Conversation:
        def time_out(self):
            """Nothing."""

    conversation = Conversation()
    gone = weakref.ref(conversation)
    timer = Timer(300.0, conversation.time_out)
    timer.cancel()
    del conversation
    gc.collect()
    assert gone() is None


def test_its_owner_holds_a_timer_only_while_it_is_pending():
    owner = set()
    first, second = (Timer(1.0, lambda: None, owner) for _ in range(2))
    assert owner == {first, second}
    first.fire()
    second.cancel()
    assert owner == set()


def test_a_hundred_thousand_cancelled_deadlines_do_not_pile_up():
    queue = TimerQueue()
    for _ in range(100_000):
        timer = Timer(300.0, lambda: None)
        queue.add(timer)
        timer.cancel()
    assert len(queue._heap) < 100


def test_a_cleared_queue_has_cancelled_its_timers():
    queue = TimerQueue()
    timer = Timer(1.0, lambda: None)
    queue.add(timer)
    queue.clear()
    assert timer.cancelled
    assert queue.next_due() is None


def test_a_timer_tells_its_state():
    timer = Timer(1.5, lambda: None)
    assert repr(timer) == "<Timer when=1.5 pending>"
    timer.cancel()
    assert repr(timer) == "<Timer when=1.5 cancelled>"
