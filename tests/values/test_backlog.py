"""A backlog is checked where it is made."""

import pytest

from greenroom import Backlog, Overflow, System


def test_a_policy_may_be_given_by_its_name():
    assert Backlog(overflow="pause").overflow is Overflow.PAUSE


@pytest.mark.parametrize("given", [{"overflow": "drop"}, {"memory": 0}, {"patience": -1.0}])
def test_what_makes_no_sense_is_refused_by_name(given):
    name = next(iter(given))
    with pytest.raises(ValueError, match=name):
        Backlog(**given)


@pytest.mark.parametrize("value", [1.5, True, "1 GB", None])
def test_a_size_is_a_number_of_bytes(value):
    with pytest.raises(TypeError, match="disk"):
        Backlog(disk=value)


def test_a_patience_may_not_last_for_ever():
    with pytest.raises(ValueError, match="finite"):
        Backlog(patience=float("inf"))


def test_systems_sessions_and_queries_take_nothing_else():
    with pytest.raises(TypeError, match="Backlog"):
        System(configuration={}, backlog="pause")
    with System(configuration={}) as system:
        with pytest.raises(TypeError, match="Backlog"):
            system.session(backlog=17)
        with pytest.raises(TypeError, match="Backlog"):
            system.session(api_key="none").ask("hello", backlog={})
