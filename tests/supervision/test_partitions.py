"""Rule N8: a key belongs to one partition, the same for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.runtime import (
    BadFlag,
    ChildSpec,
    LoopDispatcher,
    ManualDispatcher,
    PartitionDown,
    PartitionSupervisor,
)
from tests.supervision.nursery import Boom, Kid

KEYS = st.recursive(
    st.none() | st.integers() | st.text() | st.binary(),
    lambda keys: st.lists(keys, max_size=3).map(tuple),
    max_leaves=5,
)


def kid(log=None):
    return ChildSpec(id="kid", start=lambda: Kid.start([] if log is None else log, "kid"))


@pytest.fixture(name="four")
def _four(manual):
    return PartitionSupervisor.start(kid(), partitions=4, intensity=100, dispatcher=manual)


def test_n8_an_int_goes_by_its_absolute_value(four):
    assert [four.partition_of(key) for key in (0, 1, 4, -1, -5, 7)] == [0, 1, 0, 1, 1, 3]
    assert four.route(5) is four.route(-1)
    assert four.route(5) is not four.route(2)


@given(KEYS, st.integers(1, 20))
def test_n8_the_same_key_goes_to_the_same_partition(key, partitions):
    with ManualDispatcher() as dispatcher:
        supervisor = PartitionSupervisor.start(kid(), partitions=partitions, dispatcher=dispatcher)
        number = supervisor.partition_of(key)
        assert 0 <= number < partitions == supervisor.partitions
        assert supervisor.partition_of(key) == number
        assert supervisor.route(key) is supervisor.route(key)


def test_n8_keys_go_the_same_way_in_every_process(four):
    keys = ["agent-1", b"agent-1", ("user", 7, None), "émile"]
    program = (
        "from greenroom.runtime import *\n"
        "class A(Actor): pass\n"
        "with ManualDispatcher() as d:\n"
        "    s = PartitionSupervisor.start(ChildSpec.of(A), partitions=4, dispatcher=d)\n"
        f"    print([s.partition_of(key) for key in {keys!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=30, text=True
    )
    assert done.stdout.strip() == str([four.partition_of(key) for key in keys])


def test_n8_text_is_spread_over_all_partitions(four):
    assert {four.partition_of(f"agent-{number}") for number in range(100)} == {0, 1, 2, 3}


@pytest.mark.parametrize("key", [1.5, object(), ["a"], ("a", 1.5)])
def test_n8_what_has_no_hash_of_its_own_is_no_key(four, key):
    with pytest.raises(TypeError, match="route by an int"):
        four.route(key)


def test_n8_a_partition_that_is_restarted_keeps_its_keys(four, manual):
    before = [four.route(number) for number in range(4)]
    before[2].tell(Boom())
    manual.run_until_idle()
    after = [four.route(number) for number in range(4)]
    assert [number for number in range(4) if after[number] is not before[number]] == [2]


def test_n8_a_partition_that_does_not_run_says_so(four, manual):
    four.route(1).stop(block=False)
    ref = four.route(1)
    while ref.is_alive():
        manual.step()
    with pytest.raises(PartitionDown) as caught:
        four.route(1)
    assert (caught.value.code, caught.value.child_id) == ("partition_down", 1)
    manual.run_until_idle()
    assert four.route(1).is_alive()


def test_each_partition_may_have_a_start_of_its_own(manual):
    log = []

    def spec(number):
        return ChildSpec(id="any", start=lambda: Kid.start(log, number))

    supervisor = PartitionSupervisor.start(spec, partitions=3, dispatcher=manual)
    assert log == ["start 0", "start 1", "start 2"]
    lines = supervisor.which_children()
    counts = supervisor.count_children()
    manual.run_until_idle()
    assert [line.id for line in lines.get()] == [2, 1, 0]
    assert counts.get().active == 3


def test_there_are_as_many_partitions_as_processors_by_default():
    with LoopDispatcher() as loop, PartitionSupervisor.start(kid(), dispatcher=loop) as supervisor:
        assert supervisor.partitions >= 1
        assert supervisor.route("any").is_alive()


@pytest.mark.parametrize("partitions", [0, -1, 1.5, True])
def test_the_number_of_partitions_is_checked(partitions, manual):
    with pytest.raises(BadFlag) as caught:
        PartitionSupervisor.begin(kid(), partitions=partitions, dispatcher=manual)
    assert caught.value.code == "bad_partitions"
