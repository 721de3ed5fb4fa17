"""Group B: children start in order, and a supervisor is up when all of them are, or not at all."""

from __future__ import annotations

import threading

import pykka
import pytest

from greenroom.runtime import (
    IGNORE,
    Actor,
    AlreadyStarted,
    BadStart,
    ChildSpec,
    DispatcherClosed,
    FailedToStartChild,
    Future,
    LoopDispatcher,
    Registry,
    ShutdownWith,
    Started,
    Supervisor,
    SupervisorGone,
    WouldBlock,
)
from tests.supervision.nursery import Boom, Kid


def test_b1_children_start_in_order_and_each_waits_for_the_one_before(nursery):
    nursery.waiting["b"] = Future()
    boot = nursery.begin("abc")
    nursery.run()
    assert nursery.log == ["start a", "wait b"]
    assert not boot.done
    nursery.waiting["b"].set(Kid.start(nursery.log, "b", dispatcher=nursery.dispatcher))
    nursery.run()
    assert nursery.log == ["start a", "wait b", "start b", "start c"]
    assert boot.done


def test_b1_start_returns_when_the_last_child_is_up(loop):
    up, may = [], threading.Event()

    def slow():
        assert may.wait(5)
        up.append("slow")
        return IGNORE

    def quick():
        up.append("quick")
        return IGNORE

    boot = Supervisor.begin(
        [ChildSpec(id="a", start=slow, blocking=True), ChildSpec(id="b", start=quick)],
        dispatcher=loop,
    )
    assert (up, boot.done) == ([], False)
    may.set()
    with boot.get(timeout=5):
        assert up == ["slow", "quick"]


def given(outcome, **fields):
    return ChildSpec(id="x", start=lambda: outcome, **fields)


def raising(error):
    def start():
        raise error

    return ChildSpec(id="x", start=start)


def test_b2_a_start_gives_a_reference(nursery):
    nursery.boot("")
    ref = nursery.ask("start_child", nursery.spec("a"))
    assert ref.is_alive()


def test_b2_a_start_gives_something_with_a_reference(nursery):
    nursery.boot("")
    inner = nursery.answer(nursery.begin("a"))
    assert nursery.ask("start_child", given(inner)) is inner
    (info,) = nursery.ask("which_children")
    assert info.child is inner
    assert info.ref is inner.actor_ref


def test_b2_what_a_start_tells_besides_is_handed_on_unchanged(nursery):
    nursery.boot("")
    info = object()
    spec = ChildSpec(id="a", start=lambda: Started(nursery.start("a"), info), restart="transient")
    assert nursery.ask("start_child", spec).info is info
    nursery.ask("terminate_child", "a")
    assert nursery.ask("restart_child", "a").info is info


@pytest.mark.parametrize("kind", [Future, pykka.ThreadingFuture])
def test_b2_a_start_gives_a_future_of_either_kind(nursery, kind):
    nursery.boot("")
    future = kind()
    answer = nursery.supervisor.start_child(given(future))
    nursery.run()
    assert not answer.done
    ref = Kid.start([], "x", dispatcher=nursery.dispatcher)
    future.set(ref)
    nursery.dispatcher.run_until(lambda: answer.done)
    assert answer.get() is ref


def test_b2_a_future_that_is_computed_when_it_is_asked_will_do(nursery):
    nursery.boot("")
    ref = Kid.start([], "x", dispatcher=nursery.dispatcher)
    future = Future()
    future.set_get_hook(lambda _timeout: ref)
    answer = nursery.supervisor.start_child(given(future))
    nursery.dispatcher.run_until(lambda: answer.done)
    assert answer.get() is ref


def test_b2_a_future_of_a_future_will_do(nursery):
    nursery.boot("")
    outer, inner = Future(), Future()
    answer = nursery.supervisor.start_child(given(outer))
    outer.set(inner)
    nursery.run()
    assert not answer.done
    inner.set(IGNORE)
    assert nursery.answer(answer) is IGNORE


@pytest.mark.parametrize("error", [Boom(), SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_b2_whatever_a_start_raises_is_a_start_error(nursery, error):
    nursery.boot("")
    caught = nursery.refused("start_child", raising(error))
    assert isinstance(caught, FailedToStartChild)
    assert caught.child_id == "x"
    assert caught.reason is error
    assert not nursery.over


@pytest.mark.parametrize("error", [Boom(), SystemExit(1)])
def test_b2_a_future_that_fails_is_a_start_error(nursery, error):
    nursery.boot("")
    future = Future()
    future.fail(error)
    assert nursery.refused("start_child", given(future)).reason is error


@pytest.mark.parametrize("outcome", [None, "x", 7, Started(None)])
def test_b2_what_is_no_child_is_a_start_error(nursery, outcome):
    nursery.boot("")
    assert isinstance(nursery.refused("start_child", given(outcome)).reason, BadStart)


def test_b2_a_start_that_gives_a_child_once_more_is_a_start_error(nursery):
    nursery.boot("a")
    ref = nursery.refs()["a"]
    assert isinstance(nursery.refused("start_child", given(ref)).reason, BadStart)
    own = nursery.supervisor.actor_ref
    assert isinstance(nursery.refused("start_child", given(own)).reason, BadStart)
    assert nursery.refs() == {"a": ref}
    assert ref.is_alive()


def test_b2_a_start_runs_on_the_dispatcher_of_the_supervisor(loop):
    with Supervisor.start([ChildSpec.of(Actor)], dispatcher=loop) as supervisor:
        (child,) = supervisor.which_children().get(timeout=5)
        assert child.ref.dispatcher is loop


def test_b2_a_start_may_ask_its_supervisor_and_is_answered_later(nursery):
    nursery.boot("a")
    asked = []

    def start():
        asked.append(nursery.supervisor.start_child(nursery.spec("c")))
        with pytest.raises(WouldBlock):
            asked[0].get()
        return nursery.start("b")

    nursery.ask("start_child", ChildSpec(id="b", start=start))
    assert nursery.answer(asked[0]).is_alive()
    assert list(nursery.states()) == ["c", "b", "a"]


def test_b3_a_child_that_fails_at_boot_takes_those_before_it_along(nursery, reasons_of, logs):
    nursery.failing.add("c")
    boot = nursery.begin("abcd")
    reasons = reasons_of(boot._ref)
    error = nursery.error(boot)
    assert nursery.log == ["start a", "start b", "fail c", "stop b", "stop a"]
    assert (error.code, error.child_id) == ("failed_to_start_child", "c")
    assert reasons == [ShutdownWith(error)]
    assert len(nursery.dispatcher.live_actors()) == 1  # the witness
    assert [record["event"] for record in logs] == ["supervisor_child_not_started"]


def test_b3_a_boot_fails_only_when_everything_is_down(nursery):
    nursery.failing.add("b")
    nursery.stubborn.add("a")
    boot = nursery.begin("ab")
    nursery.run()
    assert not boot.done
    nursery.dispatcher.advance(8)
    assert boot.done
    assert nursery.dispatcher.live_actors() == ()


def test_b3_a_boot_that_fails_on_the_own_thread_raises_what_kept_it(nursery):
    nursery.failing.add("b")
    with pytest.raises(FailedToStartChild):
        Supervisor.start(nursery.specs("ab"), dispatcher=nursery.dispatcher)
    nursery.run()
    assert nursery.dispatcher.live_actors() == ()


def test_b4_children_that_cannot_be_listed_leave_nothing(nursery):
    def children():
        yield nursery.spec("a")
        raise Boom

    with pytest.raises(Boom):
        Supervisor.begin(children(), dispatcher=nursery.dispatcher)
    assert nursery.log == []
    assert nursery.dispatcher.live_actors() == ()


def test_b4_a_closed_dispatcher_starts_nothing():
    dispatcher = LoopDispatcher()
    dispatcher.close()
    with pytest.raises(DispatcherClosed):
        Supervisor.start([ChildSpec.of(Actor)], dispatcher=dispatcher)


def test_b4_a_boot_that_is_not_over_at_once_is_called_off_on_the_own_thread(nursery):
    nursery.waiting["b"] = Future()
    with pytest.raises(WouldBlock, match="begin"):
        Supervisor.start(nursery.specs("abc", shutdown=1), dispatcher=nursery.dispatcher)
    nursery.dispatcher.advance(1)
    assert nursery.log == ["start a", "wait b", "stop a"]
    assert nursery.dispatcher.live_actors() == ()


def test_b4_a_boot_can_be_called_off(nursery):
    nursery.waiting["b"] = Future()
    boot = nursery.begin(nursery.specs("abc", shutdown=1))
    nursery.run()
    boot.cancel()
    nursery.dispatcher.advance(1)
    assert isinstance(nursery.error(boot), SupervisorGone)
    assert nursery.log == ["start a", "wait b", "stop a"]


def test_b4_calling_off_a_boot_that_is_over_does_nothing(nursery):
    boot = nursery.begin("a")
    nursery.run()
    boot.cancel()
    nursery.run()
    assert boot.get().actor_ref.is_alive()


@pytest.mark.parametrize("restart", ["permanent", "transient"])
def test_b5_a_child_that_is_ignored_is_known_and_does_not_run(nursery, restart):
    nursery.ignoring |= {"a", "b"}
    nursery.boot([nursery.spec("a", restart=restart)])
    assert nursery.ask("start_child", nursery.spec("b", restart=restart)) is IGNORE
    assert nursery.states() == {"b": "stopped", "a": "stopped"}
    nursery.ignoring.clear()
    assert nursery.ask("restart_child", "a").is_alive()


def test_b5_a_temporary_child_that_is_ignored_is_forgotten(nursery):
    nursery.ignoring |= {"a", "b"}
    nursery.boot([nursery.spec("a", restart="temporary")])
    assert nursery.ask("start_child", nursery.spec("b", restart="temporary")) is IGNORE
    assert nursery.states() == {}


def test_b5_a_dynamic_child_that_is_ignored_is_forgotten(nursery):
    nursery.ignoring.add("a")
    nursery.boot_dynamic()
    assert nursery.ask("start_child", nursery.spec("a")) is IGNORE
    assert nursery.ask("which_children") == []


def test_b5_deviation_a_supervisor_that_is_not_wanted_is_an_ignored_child(nursery):
    """A supervisor has no init that could return `ignore`; the start of a child has."""
    nursery.boot([ChildSpec(id="sub", type="supervisor", start=lambda: IGNORE)])
    assert nursery.states() == {"sub": "stopped"}


def test_b6_a_second_supervisor_under_a_name_starts_nothing(nursery):
    names = Registry()
    first = names.start("top", Supervisor.start, nursery.specs("a"), dispatcher=nursery.dispatcher)
    before = nursery.dispatcher.live_actors()
    with pytest.raises(AlreadyStarted) as caught:
        names.start("top", Supervisor.start, nursery.specs("b"), dispatcher=nursery.dispatcher)
    assert caught.value.ref is first
    assert nursery.dispatcher.live_actors() == before
    assert nursery.log == ["start a"]


def test_b6_a_child_whose_name_is_taken_says_who_has_it(nursery):
    names = Registry()
    kid = names.start("kid", Kid, [], "kid", dispatcher=nursery.dispatcher)
    nursery.boot("")
    spec = ChildSpec(
        id="a", start=lambda: names.start("kid", Kid, [], "other", dispatcher=nursery.dispatcher)
    )
    error = nursery.refused("start_child", spec)
    assert isinstance(error, AlreadyStarted)
    assert error.ref is kid
    assert nursery.states() == {}
