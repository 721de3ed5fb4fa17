"""Group A: specifications, flags, and what is wrong with them."""

from __future__ import annotations

import itertools
import math
from functools import partial

import pykka
import pytest

from greenroom.runtime import (
    BRUTAL_KILL,
    INFINITY,
    Actor,
    AutoShutdown,
    BadChildSpec,
    BadFlag,
    ChildSpec,
    ChildType,
    DuplicateChild,
    DynamicSupervisor,
    Restart,
    Supervisor,
    check_childspecs,
)


class Plain(pykka.ThreadingActor):
    """A stranger's actor."""


class Own(Actor):
    """One of ours."""


def start():
    raise AssertionError("nothing is to be started here")


def code_of(function, *args, **kwargs):
    """The code of the error that a call raises; None without one."""
    try:
        function(*args, **kwargs)
    except BadChildSpec as error:
        return error.code
    return None


def test_a1_the_defaults_of_a_spec_are_those_of_otp():
    spec = ChildSpec(id="a", start=start)
    assert spec.restart is Restart.PERMANENT
    assert spec.shutdown == 5.0
    assert spec.type is ChildType.WORKER
    assert not spec.significant
    assert not spec.blocking
    assert ChildSpec(id="a", start=start, type="supervisor").shutdown == INFINITY


def test_a1_a_spec_is_read_back_as_it_was_given(nursery):
    spec = ChildSpec(
        id=("a", 1), start=partial(nursery.start, "a"), restart="transient", shutdown="infinity"
    )
    nursery.boot([spec])
    assert nursery.ask("get_childspec", ("a", 1)) == spec
    assert nursery.refused("get_childspec", "b").code == "child_not_found"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"start": start}, "missing_id"),
        ({"id": None, "start": start}, "missing_id"),
        ({"id": [], "start": start}, "bad_id"),
        ({"id": "a"}, "missing_start"),
        ({"id": "a", "start": "a"}, "bad_start"),
        ({"id": "a", "start": start, "restart": "always"}, "bad_restart"),
        ({"id": "a", "start": start, "shutdown": -1}, "bad_shutdown"),
        ({"id": "a", "start": start, "shutdown": math.nan}, "bad_shutdown"),
        ({"id": "a", "start": start, "shutdown": True}, "bad_shutdown"),
        ({"id": "a", "start": start, "type": "agent"}, "bad_type"),
        ({"id": "a", "start": start, "significant": 1}, "bad_significant"),
        ({"id": "a", "start": start, "blocking": None}, "bad_blocking"),
    ],
)
def test_a2_a_bad_spec_is_refused_with_a_code_that_names_the_fault(fields, code):
    assert code_of(ChildSpec, **fields) == code


@pytest.mark.parametrize("thing", [None, {"id": "a", "start": start}, "a", start])
def test_a2_what_is_no_spec_is_refused(thing, nursery):
    assert code_of(check_childspecs, [thing]) == "not_a_spec"
    nursery.boot("")
    assert nursery.refused("start_child", thing).code == "not_a_spec"


def test_a2_deviation_an_unknown_field_is_refused_not_ignored():
    with pytest.raises(TypeError, match="restrat"):
        ChildSpec(id="a", start=start, restrat="temporary")


RESTARTS = ["permanent", Restart.TRANSIENT, "temporary", "sometimes", None]
SHUTDOWNS = [0, 5.0, INFINITY, "infinity", BRUTAL_KILL, None, -0.1, "soon"]
TYPES = ["worker", ChildType.SUPERVISOR, "agent"]
SIGNIFICANCES = [True, False, "yes"]


def is_valid(restart, shutdown, type_, significant, auto_shutdown):
    """The predicate of A3, G7 and I1."""
    in_range = (
        restart not in {"sometimes", None}
        and shutdown not in {-0.1, "soon"}
        and type_ != "agent"
        and significant != "yes"
    )
    leaks = type_ is ChildType.SUPERVISOR and shutdown in {0, 5.0, BRUTAL_KILL}
    misplaced = significant is True and (restart == "permanent" or auto_shutdown == "never")
    return in_range and not leaks and not misplaced


def test_a3_a_spec_is_accepted_exactly_when_each_field_is_in_range():
    modes = ["never", AutoShutdown.ANY_SIGNIFICANT, "all_significant"]
    matrix = itertools.product(RESTARTS, SHUTDOWNS, TYPES, SIGNIFICANCES, modes)
    for restart, shutdown, type_, significant, mode in matrix:

        def check(
            restart=restart, shutdown=shutdown, type_=type_, significant=significant, mode=mode
        ):
            spec = ChildSpec(
                id="a",
                start=start,
                restart=restart,
                shutdown=shutdown,
                type=type_,
                significant=significant,
            )
            check_childspecs([spec], mode)

        valid = is_valid(restart, shutdown, type_, significant, mode)
        assert (code_of(check) is None) is valid, (restart, shutdown, type_, significant, mode)


def test_a4_two_specs_with_one_id_start_nothing(nursery):
    with pytest.raises(DuplicateChild) as caught:
        nursery.begin("aba")
    assert caught.value.child_id == "a"
    assert nursery.log == []
    assert nursery.dispatcher.live_actors() == ()


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ({"strategy": "one_for_two"}, "bad_strategy"),
        ({"intensity": -1}, "bad_intensity"),
        ({"intensity": 1.5}, "bad_intensity"),
        ({"intensity": True}, "bad_intensity"),
        ({"period": 0}, "bad_period"),
        ({"period": "5"}, "bad_period"),
        ({"period": math.inf}, "bad_period"),
        ({"auto_shutdown": "always"}, "bad_auto_shutdown"),
        ({"backoff": 1.0}, "bad_backoff"),
    ],
)
def test_a5_bad_flags_are_refused_before_anything_starts(flags, code, nursery):
    assert code_of(nursery.begin, "a", **flags) == code
    assert nursery.log == []
    assert nursery.dispatcher.live_actors() == ()


def test_a5_the_default_is_one_restart_in_five_seconds_of_one_child(nursery):
    nursery.boot("ab")
    b = nursery.refs()["b"]
    nursery.end("a")
    assert nursery.refs()["b"] is b
    nursery.dispatcher.advance(5.001)
    nursery.end("a")
    nursery.end("a")
    assert nursery.over


def test_a5_the_default_of_a_dynamic_supervisor_is_three_restarts_in_five_seconds(nursery):
    supervisor = nursery.boot_dynamic()
    nursery.answer(supervisor.start_child(nursery.spec("a")))
    for _ in range(3):
        nursery.ask("which_children")[0].ref.tell(ValueError())
        nursery.run()
    assert not nursery.over
    nursery.ask("which_children")[0].ref.tell(ValueError())
    nursery.run()
    assert nursery.over


@pytest.mark.parametrize("limit", [-1, 1.5, True, "many"])
def test_a5_max_children_is_checked(limit, manual):
    with pytest.raises(BadFlag) as caught:
        DynamicSupervisor.begin(max_children=limit, dispatcher=manual)
    assert caught.value.code == "bad_max_children"


def test_a6_a_dynamic_supervisor_takes_one_template_and_starts_nothing(nursery):
    nursery.boot_dynamic(nursery.spec("a"))
    counts = nursery.ask("count_children")
    assert (counts.specs, counts.active) == (0, 0)
    assert nursery.log == []


def test_a6_a_template_gets_the_arguments_of_each_start(nursery):
    started = []

    def begin(*args):
        started.append(args)
        return nursery.start("a")

    nursery.boot_dynamic(ChildSpec(id="a", start=begin))
    nursery.ask("start_child", 1, 2)
    nursery.ask("start_child")
    assert started == [(1, 2), ()]


def test_a6_a_bad_template_is_refused(manual):
    assert code_of(DynamicSupervisor.begin, "template", dispatcher=manual) == "not_a_spec"


def test_a6_without_a_template_each_start_brings_one_spec(nursery):
    nursery.boot_dynamic()
    assert nursery.refused("start_child").code == "not_a_spec"
    assert nursery.refused("start_child", 1, 2).code == "not_a_spec"
    assert nursery.refused("start_child", "a").code == "not_a_spec"


def test_a7_specs_are_checked_without_a_supervisor():
    check_childspecs([ChildSpec(id="a", start=start), ChildSpec(id="b", start=start)])
    with pytest.raises(DuplicateChild):
        check_childspecs([ChildSpec(id="a", start=start)] * 2)


def test_i1_a_permanent_child_cannot_be_significant():
    assert code_of(ChildSpec, id="a", start=start, significant=True) == "significant_permanent"


def test_i1_nobody_is_significant_to_a_supervisor_that_never_ends_by_itself(nursery):
    spec = nursery.spec("a", restart="transient", significant=True)
    assert code_of(check_childspecs, [spec]) == "significant_without_auto_shutdown"
    nursery.boot("")
    assert nursery.refused("start_child", spec).code == "significant_without_auto_shutdown"


def test_i5_a_permanent_supervisor_that_ends_by_itself_is_warned_of():
    child = Supervisor.as_child("sub", auto_shutdown="any_significant")
    with pytest.warns(UserWarning, match="'sub' is permanent"):
        check_childspecs([child])
    check_childspecs(
        [Supervisor.as_child("sub", auto_shutdown="all_significant", restart="transient")]
    )
    check_childspecs([Supervisor.as_child("sub")])


@pytest.mark.parametrize("shutdown", [0, 5, 1e9, BRUTAL_KILL])
def test_g7_a_supervisor_among_the_children_gets_all_the_time_it_needs(shutdown):
    fields = {"id": "a", "start": start, "type": "supervisor", "shutdown": shutdown}
    assert code_of(ChildSpec, **fields) == "supervisor_shutdown"
    assert code_of(ChildSpec, **{**fields, "shutdown": INFINITY}) is None


def test_a_spec_of_a_class_has_its_name_as_id_and_starts_a_stranger_on_a_worker():
    own, plain = ChildSpec.of(Own), ChildSpec.of(Plain, id="p", restart="temporary")
    assert (own.id, own.blocking, own.restart) == ("Own", False, Restart.PERMANENT)
    assert (plain.id, plain.blocking, plain.restart) == ("p", True, Restart.TEMPORARY)
    assert not ChildSpec.of(Plain, blocking=False).blocking


def test_a_spec_of_a_class_hands_on_arguments(manual):
    seen = []

    class Keeper(Actor):
        def __init__(self, *args, **kwargs):
            super().__init__()
            seen.append((args, kwargs))

    spec = ChildSpec.of(Keeper, 1, 2, kwargs={"id": "inner"}, id="outer")
    Supervisor.start([spec], dispatcher=manual)
    assert seen == [((1, 2), {"id": "inner"})]


def test_a_supervisor_as_a_child_is_checked_when_it_is_ordered():
    assert code_of(Supervisor.as_child, "sub", ["child"]) == "not_a_spec"
    assert code_of(Supervisor.as_child, "sub", intensity=-1) == "bad_intensity"
    with pytest.raises(TypeError, match="intensty"):
        Supervisor.as_child("sub", intensty=1)
