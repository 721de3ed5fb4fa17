"""Group E: restarts that fail are tried again, and the supervisor is there meanwhile."""

from __future__ import annotations

import itertools

import pytest

from greenroom.runtime import Backoff, ChildSpec, SupervisorGone
from tests.supervision.nursery import Boom

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
PAUSE = Backoff(first=10.0, base=10.0, factor=1.0, jitter=0.0)


def restarting(nursery, strategy="one_for_one", ids="a", **flags):
    """Have child a fail to come back; it is tried again in ten seconds."""
    flags = {"intensity": 50, "period": 1000.0, "backoff": PAUSE, **flags}
    nursery.boot(ids, strategy=strategy, **flags)
    nursery.failing.add("a")
    nursery.end("a")
    nursery.log.clear()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_e1_others_are_served_between_two_attempts(nursery, strategy):
    """Without any pause: the next attempt waits behind what was asked before it."""
    no_pause = Backoff(base=0.0)
    nursery.boot("a", strategy=strategy, intensity=1000, backoff=no_pause)
    nursery.failing.add("a")
    nursery.refs()["a"].tell(Boom())
    while not nursery.log.count("fail a"):
        nursery.dispatcher.step()
    answers = []
    for number in range(1, 6):
        answer = nursery.supervisor.which_children()
        while not answer.done:
            nursery.dispatcher.step()
        answers.append(answer.get()[0].state)
        assert nursery.log.count("fail a") <= number + 1
    assert answers == ["restarting"] * 5


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_e1_others_are_served_while_a_retry_waits(nursery, strategy):
    restarting(nursery, strategy)
    assert nursery.states() == {"a": "restarting"}
    assert nursery.ask("start_child", nursery.spec("b")).is_alive()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_e2_every_attempt_counts(nursery, strategy):
    nursery.boot("a", strategy=strategy, intensity=4, backoff=Backoff(base=0.0))
    nursery.failing.add("a")
    nursery.end("a")
    assert nursery.log == ["crash a", *["fail a"] * 4]
    assert nursery.over


def test_e2_every_attempt_counts_for_a_dynamic_child_too(nursery):
    nursery.boot_dynamic(intensity=4, backoff=Backoff(base=0.0))
    ref = nursery.ask("start_child", nursery.spec("a"))
    nursery.failing.add("a")
    nursery.log.clear()
    ref.tell(Boom())
    nursery.run()
    assert nursery.log == ["crash a", *["fail a"] * 4]
    assert nursery.over


def test_e3_one_for_all_tries_all_again_when_a_sibling_does_not_start(nursery):
    nursery.boot("abc", strategy="one_for_all", intensity=5, backoff=PAUSE)
    nursery.failing.add("b")
    nursery.end("c")
    assert nursery.log == ["crash c", "stop b", "stop a", "start a", "fail b"]
    assert nursery.states() == {"c": "stopped", "b": "restarting", "a": "running"}
    nursery.failing.clear()
    nursery.log.clear()
    nursery.dispatcher.advance(10)
    assert nursery.log == ["stop a", "start a", "start b", "start c"]


def test_e4_rest_for_one_tries_from_the_one_that_did_not_start(nursery):
    nursery.boot("abcd", strategy="rest_for_one", intensity=5, backoff=PAUSE)
    nursery.failing.add("c")
    nursery.end("b")
    assert nursery.log == ["crash b", "stop d", "stop c", "start b", "fail c"]
    before = nursery.refs()
    nursery.failing.clear()
    nursery.log.clear()
    nursery.dispatcher.advance(10)
    assert nursery.log == ["start c", "start d"]
    after = nursery.refs()
    assert (after["a"], after["b"]) == (before["a"], before["b"])


def test_e5_a_child_that_is_restarting_is_present_and_inactive_and_not_to_be_meddled_with(nursery):
    restarting(nursery)
    assert nursery.refused("start_child", nursery.spec("a")).code == "already_present"
    assert nursery.refused("restart_child", "a").code == "child_restarting"
    assert nursery.refused("delete_child", "a").code == "child_restarting"
    counts = nursery.ask("count_children")
    assert (counts.specs, counts.active, counts.workers) == (1, 0, 1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_e5_terminating_it_calls_the_retry_off(nursery, strategy):
    restarting(nursery, strategy)
    nursery.ask("terminate_child", "a")
    assert nursery.states() == {"a": "stopped"}
    nursery.dispatcher.advance(100)
    assert nursery.log == []


def test_e5_a_retry_that_was_called_off_does_not_shorten_the_next_one(nursery):
    restarting(nursery)
    nursery.dispatcher.advance(9)
    nursery.ask("terminate_child", "a")
    nursery.failing.clear()
    nursery.ask("restart_child", "a")
    nursery.failing.add("a")
    nursery.end("a")
    nursery.log.clear()
    nursery.dispatcher.advance(9.5)
    assert nursery.log == []
    nursery.dispatcher.advance(0.5)
    assert nursery.log == ["fail a"]


def test_e5_a_retry_at_once_that_was_called_off_does_nothing(nursery):
    nursery.boot("a", intensity=50, backoff=Backoff())
    nursery.failing.add("a")
    nursery.refs()["a"].tell(Boom())
    while not nursery.log.count("fail a"):
        nursery.dispatcher.step()
    ended = nursery.supervisor.actor_ref.actor_inbox.work
    assert len(ended) == 1  # the retry, on its way
    nursery.ask("terminate_child", "a")
    assert nursery.log.count("fail a") <= 2
    assert nursery.states() == {"a": "stopped"}


def test_e5_a_dynamic_child_that_is_restarting_is_terminated_by_its_last_reference(nursery):
    nursery.boot_dynamic(intensity=50, backoff=PAUSE)
    ref = nursery.ask("start_child", nursery.spec("a"))
    nursery.failing.add("a")
    ref.tell(Boom())
    nursery.run()
    assert [info.state for info in nursery.ask("which_children")] == ["restarting"]
    nursery.ask("terminate_child", ref)
    assert nursery.ask("which_children") == []
    nursery.log.clear()
    nursery.dispatcher.advance(100)
    assert nursery.log == []


def test_e5_a_wave_brings_back_who_waited_for_a_retry_of_its_own(nursery):
    nursery.boot("ab", strategy="rest_for_one", intensity=50, backoff=PAUSE)
    nursery.failing.add("b")
    nursery.end("b")
    assert nursery.states()["b"] == "restarting"
    nursery.failing.clear()
    nursery.end("a")
    assert nursery.states() == {"b": "running", "a": "running"}
    nursery.log.clear()
    nursery.dispatcher.advance(100)
    assert nursery.log == []


def attempts_at(nursery, seconds, **backoff):
    """When, after the crash, child a is tried again for as long as it does not start."""
    nursery.boot("", intensity=1000, backoff=Backoff(**backoff))
    clock, moments = nursery.dispatcher.clock, []
    good = [True]

    def start():
        moments.append(clock.now())
        if not good.pop():
            raise Boom
        return nursery.start("a")

    nursery.ask("start_child", ChildSpec(id="a", start=start))
    good.extend([False] * 100)
    moments.clear()
    crashed = clock.now()
    nursery.end("a")
    nursery.dispatcher.advance(seconds)
    return [moment - crashed for moment in moments]


def test_e6_deviation_pauses_grow_to_a_cap_and_the_first_retry_has_none(nursery):
    """OTP tries again at once, always."""
    moments = attempts_at(nursery, 3.0, cap=0.5, jitter=0.0)
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses[:6] == pytest.approx([0.0, 0.1, 0.2, 0.4, 0.5, 0.5])
    assert moments[0] == 0.0


def test_e6_pauses_are_jittered(nursery):
    moments = attempts_at(nursery, 60.0, first=10.0, base=10.0, factor=1.0, jitter=0.5)
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(5.0 <= pause <= 10.0 for pause in pauses)
    assert len(set(pauses)) > 1


def test_e6_pauses_begin_anew_after_a_success(nursery):
    nursery.boot("a", intensity=1000, backoff=Backoff(first=1.0, base=8.0, jitter=0.0))
    for _ in range(3):
        nursery.failing.add("a")
        nursery.end("a")
        nursery.failing.clear()
        nursery.log.clear()
        nursery.dispatcher.advance(0.999)
        assert nursery.log == []
        nursery.dispatcher.advance(0.001)
        assert nursery.log == ["start a"]


def test_e6_a_supervisor_ends_while_a_retry_waits(nursery):
    restarting(nursery)
    assert nursery.stop().get() is True
    nursery.dispatcher.advance(100)
    assert nursery.log == []
    assert isinstance(nursery.refused("which_children"), SupervisorGone)
