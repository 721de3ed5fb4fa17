"""Group G: how children are made to end, and a supervisor with them."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from greenroom.runtime import (
    BRUTAL_KILL,
    INFINITY,
    KILLED,
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Actor,
    ChildSpec,
    Killed,
    LoopDispatcher,
    ManualDispatcher,
    ShutdownWith,
    Supervisor,
    kill,
    link,
)
from tests.supervision.nursery import Boom, Kid, Nursery

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
WATCHDOG_SECONDS = 5.0


def test_g1_a_child_that_does_not_end_in_time_is_killed(nursery, reasons_of):
    nursery.stubborn.add("b")
    nursery.boot(nursery.specs("ab", shutdown=3))
    ends = {id_: reasons_of(ref) for id_, ref in nursery.refs().items()}
    nursery.stop()
    nursery.dispatcher.advance(2.999)
    assert nursery.log == []
    nursery.dispatcher.advance(0.001)
    assert nursery.log == ["kill b"]
    nursery.dispatcher.advance(2.0)  # the grace of a kill
    assert nursery.over
    assert ends == {"a": [SHUTDOWN], "b": [KILLED]}


def test_g1_with_infinity_it_is_waited_for(nursery):
    nursery.stubborn.add("a")
    nursery.boot(nursery.specs("a", shutdown=INFINITY))
    nursery.stop()
    nursery.dispatcher.advance(1e6)
    assert not nursery.over
    kill(next(ref for ref in nursery.dispatcher.live_actors() if ref.actor_class is Kid))
    nursery.dispatcher.advance(2.0)
    assert nursery.over


def test_g1_with_zero_it_is_asked_and_killed_at_once(nursery):
    nursery.stubborn.add("a")
    nursery.boot(nursery.specs("ab", shutdown=0))
    nursery.stop()
    assert nursery.log == ["stop b", "kill a"]


def test_g2_brutal_kill_asks_for_nothing_but_the_release_of_what_is_held(nursery, reasons_of, logs):
    nursery.stubborn.add("a")
    nursery.boot(nursery.specs("ab", shutdown=BRUTAL_KILL))
    ends = {id_: reasons_of(ref) for id_, ref in nursery.refs().items()}
    nursery.stop()
    assert nursery.log == ["kill b", "stop b", "kill a"]
    nursery.dispatcher.advance(2.0)
    assert nursery.over
    assert ends == {"a": [KILLED], "b": [KILLED]}
    assert logs == []


def test_g3_static_children_end_one_after_the_other_the_last_first(nursery):
    nursery.boot("abc")
    nursery.stop()
    assert nursery.log == ["stop c", "stop b", "stop a"]


def test_g3_each_is_told_when_the_one_after_it_is_down(nursery):
    nursery.stubborn |= {"b", "c"}
    nursery.boot([nursery.spec("a"), *nursery.specs("bc", shutdown=1)])
    nursery.stop()
    nursery.dispatcher.advance(3)
    assert nursery.log == ["kill c", "stop c"]
    nursery.dispatcher.advance(3)
    assert nursery.log == ["kill c", "stop c", "kill b", "stop b", "stop a"]


def test_g4_dynamic_children_share_the_wait(nursery):
    nursery.stubborn |= set(range(50))
    nursery.boot_dynamic()
    for number in range(50):
        nursery.ask("start_child", nursery.spec(number, shutdown=1 + number % 2))
    nursery.log.clear()
    nursery.stop()
    nursery.dispatcher.advance(1)
    assert nursery.log == [f"kill {number}" for number in range(0, 50, 2)]
    nursery.dispatcher.advance(3)
    assert nursery.over


class Liar(Actor):
    """Says that it will end, and does not: neither when asked nor when killed."""

    def on_stop_request(self, _reason):
        return False


@pytest.mark.parametrize("dynamic", [False, True])
def test_g5_a_child_that_swallows_the_stop_hangs_nobody(nursery, dynamic):
    spec = ChildSpec(id="liar", start=Liar.start, shutdown=1)
    if dynamic:
        nursery.boot_dynamic()
        nursery.ask("start_child", spec)
    else:
        nursery.boot([spec])
    nursery.stop()
    nursery.dispatcher.advance(3)
    assert nursery.over


@pytest.mark.parametrize(
    ("reason", "state"), [(NO_PROC, "running"), (KILLED, "running"), (NORMAL, "stopped")]
)
def test_g5_a_child_that_was_dead_when_it_was_handed_over_ended_as_it_did(nursery, reason, state):
    corpses = []

    def start():
        if not corpses:
            corpses.append(Kid.start([], "corpse"))
            corpses[0]._actor_weakref()._cell.kill(reason)
            return corpses[0]
        return nursery.start("a")

    nursery.boot([ChildSpec(id="a", start=start, restart="transient")])
    assert nursery.states() == {"a": state}


@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
@pytest.mark.parametrize(
    ("reason", "is_expected"),
    [
        (NORMAL, {"transient", "temporary"}),
        (SHUTDOWN, {"permanent", "transient", "temporary"}),
        (ShutdownWith(1), {"transient", "temporary"}),
        (None, set()),
    ],
)
def test_g6_a_child_that_dies_by_itself_disturbs_no_shutdown(
    nursery, logs, restart, reason, is_expected
):
    nursery.stubborn.add("b")
    nursery.boot([nursery.spec("a", restart=restart), nursery.spec("b", shutdown=1)])
    a = nursery.refs()["a"]
    nursery.stop()
    a.tell(Boom() if reason is None else reason)
    nursery.dispatcher.advance(1)
    nursery.dispatcher.advance(2)
    assert nursery.over
    reports = [one for one in logs if one["event"] == "supervisor_child_not_stopped"]
    expected = ["'b'"] if restart in is_expected else ["'b'", "'a'"]
    assert [one["child"] for one in reports] == expected
    assert not any(one["event"] == "supervisor_child_exited" for one in logs)


@given(
    deaths=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=6),
    stop_at=st.integers(0, 40),
    strategy=st.sampled_from(STRATEGIES),
)
def test_g6_children_that_die_at_any_moment_of_it_disturb_no_shutdown(deaths, stop_at, strategy):
    with capture_logs(), ManualDispatcher() as dispatcher:
        nursery = Nursery(dispatcher)
        nursery.boot("abcdef", strategy=strategy, intensity=100)
        refs = list(nursery.refs().values())
        for moment in range(41):
            for child, when in deaths:
                if when == moment:
                    Actor.send(refs[child], Boom())
            if moment == stop_at:
                ended = nursery.supervisor.actor_ref.stop(block=False)
            dispatcher.step()
        dispatcher.run_until_idle()
        assert ended.get() is True
        assert dispatcher.live_actors() == ()


def test_a_stop_that_takes_too_long_says_so_and_goes_on(loop):
    supervisor = Supervisor.start(
        [ChildSpec(id="liar", start=Liar.start, shutdown=0.2)], dispatcher=loop
    )
    with pytest.raises(TimeoutError, match="goes on"):
        supervisor.stop(timeout=0.01)
    with capture_logs():
        supervisor.stop(WATCHDOG_SECONDS)


def test_a_supervisor_that_is_killed_takes_its_children_along(nursery, reasons_of):
    nursery.boot([nursery.spec("a"), Supervisor.as_child("sub", nursery.specs("b"))])
    reasons = reasons_of(nursery.refs()["a"])
    kill(nursery.supervisor.actor_ref)
    nursery.run()
    assert nursery.over
    assert sorted(nursery.log) == ["kill a", "kill b", "stop a", "stop b"]
    assert reasons == [KILLED]


def test_a_supervisor_that_crashes_takes_its_children_along(nursery, logs):
    """A linked actor that crashes does that to it; a fault of ours would."""
    nursery.boot("ab")
    friend = Kid.start([], "friend", dispatcher=nursery.dispatcher)
    link(nursery.supervisor.actor_ref, friend)
    friend.tell(Boom())
    nursery.run()
    assert nursery.over
    assert sorted(nursery.log) == ["kill a", "kill b", "stop a", "stop b"]


def test_closing_the_dispatcher_leaves_nobody():
    other = LoopDispatcher()
    with LoopDispatcher() as dispatcher:
        start = partial(Kid.start, [], "kid", dispatcher=other)
        kids = [ChildSpec(id=number, start=start, blocking=True) for number in range(3)]
        supervisor = Supervisor.start(kids, dispatcher=dispatcher)
        refs = [info.ref for info in supervisor.which_children().get(timeout=5)]
    assert all(ref.actor_stopped.wait(WATCHDOG_SECONDS) for ref in refs)
    other.close()


def test_killed_is_asked_for_once(nursery):
    asked = []

    class Wary(Actor):
        def on_stop_request(self, reason):
            asked.append(type(reason))
            return isinstance(reason, Killed)

    nursery.boot([ChildSpec(id="a", start=Wary.start, shutdown=1)])
    nursery.stop()
    nursery.dispatcher.advance(1)
    assert nursery.over
    assert [kind.__name__ for kind in asked] == ["Shutdown", "Killed"]
