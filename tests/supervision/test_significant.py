"""Group I: children whose end is their supervisor's."""

from __future__ import annotations

import pytest

from greenroom.runtime import NORMAL, SHUTDOWN, Supervisor

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
MODES = ["any_significant", "all_significant"]


def significant(nursery, ids, **fields):
    return nursery.specs(ids, significant=True, **{"restart": "transient", **fields})


ENDS = [
    ("transient", NORMAL, True),
    ("transient", SHUTDOWN, True),
    ("transient", None, False),
    ("temporary", NORMAL, True),
    ("temporary", None, True),
]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_i2_any_significant_child_that_ended_for_good_ends_it(nursery, reasons_of, strategy, end):
    restart, reason, ends = end
    children = [*significant(nursery, "ab", restart=restart), nursery.spec("c")]
    nursery.boot(children, strategy=strategy, auto_shutdown="any_significant", intensity=5)
    reasons = reasons_of(nursery.supervisor.actor_ref)
    nursery.end("a", reason)
    assert reasons == ([SHUTDOWN] if ends else [])
    assert nursery.over is ends


@pytest.mark.parametrize("restart", ["transient", "temporary"])
def test_i2_of_all_significant_children_it_is_the_last_one(nursery, restart):
    children = [*significant(nursery, "ab", restart=restart), nursery.spec("c")]
    nursery.boot(children, auto_shutdown="all_significant")
    nursery.end("a", NORMAL)
    assert not nursery.over
    nursery.end("b", NORMAL)
    assert nursery.over
    assert nursery.log == ["stop a", "stop b", "stop c"]


@pytest.mark.parametrize("mode", MODES)
def test_i2_a_child_that_is_not_significant_ends_nothing(nursery, mode):
    children = [nursery.spec("a", restart="transient"), *significant(nursery, "b")]
    nursery.boot(children, auto_shutdown=mode)
    nursery.end("a", NORMAL)
    assert not nursery.over


def test_i2_a_significant_child_that_waits_for_a_retry_is_not_at_its_end(nursery):
    nursery.boot(significant(nursery, "ab"), auto_shutdown="all_significant", intensity=100)
    nursery.failing.add("b")
    nursery.refs()["b"].tell(ValueError())
    nursery.dispatcher.advance(0.05)
    assert nursery.states()["b"] == "restarting"
    nursery.end("a", NORMAL)
    assert not nursery.over


@pytest.mark.parametrize(("mode", "ends"), [("any_significant", 1), ("all_significant", 2)])
def test_i2_significant_children_end_a_dynamic_supervisor_too(nursery, mode, ends):
    nursery.boot_dynamic(auto_shutdown=mode)
    refs = [nursery.ask("start_child", spec) for spec in significant(nursery, "ab")]
    for number, ref in enumerate(refs, 1):
        ref.tell(NORMAL)
        nursery.run()
        assert nursery.over is (number >= ends)
        if nursery.over:
            break


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_i3_a_sibling_that_takes_them_along_does_not_count(nursery, strategy, mode):
    children = [nursery.spec("a"), *significant(nursery, "b"), *significant(nursery, "c")]
    nursery.boot(children, strategy=strategy, auto_shutdown=mode)
    nursery.end("a")
    assert not nursery.over
    assert nursery.states() == {"c": "running", "b": "running", "a": "running"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("restart", ["transient", "temporary"])
def test_i3_being_terminated_does_not_count(nursery, mode, restart):
    nursery.boot(significant(nursery, "a", restart=restart), auto_shutdown=mode)
    nursery.ask("terminate_child", "a")
    assert not nursery.over


@pytest.mark.parametrize(("is_significant", "ends"), [(True, True), (False, False)])
def test_i4_it_goes_up_through_supervisors_that_are_significant(nursery, is_significant, ends):
    sub = Supervisor.as_child(
        "sub",
        significant(nursery, "a"),
        auto_shutdown="any_significant",
        restart="transient",
        significant=is_significant,
    )
    nursery.boot([sub, nursery.spec("b")], auto_shutdown="any_significant")
    inner = nursery.ask("which_children")[1].child
    (kid,) = nursery.answer(inner.which_children())
    kid.ref.tell(NORMAL)
    nursery.run()
    assert not inner.actor_ref.is_alive()
    assert nursery.over is ends
