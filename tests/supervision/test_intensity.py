"""Group F: how many restarts are too many, and what happens then."""

from __future__ import annotations

import pytest

from greenroom.runtime import SHUTDOWN, ChildSpec, Supervisor
from tests.supervision.nursery import Boom, Kid


def test_f1_restarts_exactly_a_period_apart_count_together(nursery):
    nursery.boot("a", intensity=1, period=8.0)
    nursery.end("a")
    nursery.dispatcher.advance(8.0)
    nursery.end("a")
    assert nursery.over


def test_f1_deviation_restarts_a_little_more_than_a_period_apart_never_do(nursery):
    """OTP counts whole seconds: there it takes a whole one more."""
    nursery.boot("a", intensity=1, period=8.0)
    for _ in range(20):
        nursery.end("a")
        nursery.dispatcher.advance(8.001)
    assert not nursery.over


def test_f1_with_an_intensity_of_zero_the_first_failure_is_the_end(nursery):
    nursery.boot("ab", intensity=0)
    nursery.end("a")
    assert nursery.log == ["crash a", "stop b"]
    assert nursery.over


@pytest.mark.parametrize("strategy", ["one_for_one", "one_for_all", "rest_for_one"])
def test_f2_who_gives_up_reports_that_ends_all_in_reverse_and_is_shut_down(
    nursery, reasons_of, logs, strategy
):
    nursery.boot("abc", strategy=strategy, intensity=0)
    reasons = reasons_of(nursery.supervisor.actor_ref)
    nursery.end("b")
    assert nursery.log == ["crash b", "stop c", "stop a"]
    assert reasons == [SHUTDOWN]
    assert [record["child"] for record in logs if record["event"] == "supervisor_gave_up"] == [
        "'b'"
    ]


def test_f3_restarts_of_nested_supervisors_multiply(nursery):
    starts = []

    def start():
        starts.append(1)
        return Kid.start([], "kid")

    def crash_all():
        for _ in range(1000):
            kids = [ref for ref in nursery.dispatcher.live_actors() if ref.actor_class is Kid]
            if not kids:
                return
            for kid in kids:
                kid.tell(Boom())
            nursery.run()

    inner = Supervisor.as_child("sub", [ChildSpec(id="a", start=start)], intensity=2, period=100)
    nursery.boot([inner], intensity=3, period=100)
    crash_all()
    assert len(starts) == (2 + 1) * (3 + 1)
    assert nursery.over


def test_f4_children_that_were_added_are_not_remembered_by_the_next_supervisor(nursery):
    nursery.boot([Supervisor.as_child("sub", nursery.specs("a"), intensity=0)])
    sub = nursery.ask("which_children")[0].child
    nursery.answer(sub.start_child(nursery.spec("b")))
    (b, _) = nursery.answer(sub.which_children())
    b.ref.tell(Boom())
    nursery.run()
    fresh = nursery.ask("which_children")[0].child
    assert fresh is not sub
    assert [info.id for info in nursery.answer(fresh.which_children())] == ["a"]


@pytest.mark.parametrize(("intensity", "period", "survives"), [(1, 6.0, False), (5, 30.0, True)])
def test_f5_the_same_rate_with_a_higher_intensity_survives_a_longer_burst(
    nursery, intensity, period, survives
):
    nursery.boot("ab", intensity=intensity, period=period)
    a, b = nursery.refs()["a"], nursery.refs()["b"]
    a.tell(Boom())
    b.tell(Boom())
    nursery.run()
    assert nursery.over is not survives
