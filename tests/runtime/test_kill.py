"""Killing actors of this runtime: what is not to be refused (G2)."""

from __future__ import annotations

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import KILLED, SHUTDOWN, Actor, Crash, Terminated, kill, watch
from tests.runtime.strangers import Busy


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
