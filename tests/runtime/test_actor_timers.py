from __future__ import annotations

import threading

import pytest

from greenroom.runtime import Actor


class Alarmed(Actor):
    """Sets timers when told to, and keeps what they bring."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_receive(self, message):
        if callable(message):
            return message(self)
        self.seen.append(message)
        return None


@pytest.fixture
def alarmed(manual):
    """An actor, what its timers brought, and a way to have it set one."""
    seen = []
    ref = Alarmed.start(seen, dispatcher=manual)

    def after(seconds, message):
        timer = ref.ask(lambda actor: actor.after(seconds, message), block=False)
        manual.run_until_idle()
        return timer.get()

    return ref, seen, after


def test_a_message_comes_after_its_time(alarmed, manual):
    _, seen, after = alarmed
    after(5, "tick")
    manual.advance(4.9)
    assert seen == []
    manual.advance(0.1)
    assert seen == ["tick"]


def test_messages_due_at_one_moment_come_in_the_order_of_asking(alarmed, manual):
    _, seen, after = alarmed
    for number in range(10):
        after(5, number)
    manual.advance(5)
    assert seen == list(range(10))


def test_a_timers_message_overtakes_what_waits(alarmed, manual):
    ref, seen, after = alarmed
    after(5, "tick")
    manual.call_later(5, lambda: ref.tell("work"))
    manual.advance(5)
    assert seen == ["tick", "work"]


def test_a_cancelled_timer_brings_nothing(alarmed, manual):
    _, seen, after = alarmed
    after(5, "tick").cancel()
    manual.advance(10)
    assert seen == []


def test_a_timer_cancelled_after_it_fired_but_before_its_message_was_handled_brings_nothing(
    alarmed, manual
):
    ref, seen, after = alarmed
    ref.tell("work")
    timer = after(5, "tick")
    manual.clock.advance_to(5)
    manual.step()
    assert not timer.pending
    timer.cancel()
    manual.run_until_idle()
    assert seen == ["work"]


def test_timers_end_with_their_actor(alarmed, manual):
    ref, seen, after = alarmed
    timers = [after(seconds, "tick") for seconds in (1, 300)]
    ref.stop(block=False)
    manual.advance(301)
    assert seen == []
    assert all(timer.cancelled for timer in timers)


def test_a_timer_set_by_an_actor_that_has_ended_is_cancelled_from_the_start(manual):
    class Late(Actor):
        def on_start(self):
            actors.append(self)

    actors = []
    ref = Late.start(dispatcher=manual)
    ref.stop(block=False)
    manual.run_until_idle()
    manual.close()
    assert actors[0].after(1, "tick").cancelled


def test_an_actor_does_not_collect_its_old_timers(alarmed, manual):
    ref, _, after = alarmed
    for number in range(100):
        timer = after(1, number)
        if number % 2:
            timer.cancel()
    manual.advance(1)
    actor = ref.ask(lambda actor: actor, block=False)
    manual.run_until_idle()
    assert actor.get()._cell._timers == set()


def test_a_failing_timer_message_ends_the_actor(alarmed, manual):
    ref, _, after = alarmed
    after(1, lambda _actor: 1 / 0)
    manual.advance(1)
    assert not ref.is_alive()


def test_timers_work_in_real_time(loop):
    class Ticking(Actor):
        def on_start(self):
            self.after(0.01, "tick")

        def on_receive(self, message):
            moments.append(self.clock.now())
            done.set()

    moments, done = [], threading.Event()
    before = loop.clock.now()
    Ticking.start(dispatcher=loop)
    assert done.wait(5)
    assert moments[0] - before >= 0.01
