"""How an agent is kept up, as it is declared in Python."""

import math

import pytest

from greenroom.agents.upkeep import Upkeep


@pytest.mark.parametrize("name", Upkeep.__struct_fields__)
@pytest.mark.parametrize("value", ["1", [], -1, math.nan, math.inf])
def test_no_field_takes_what_it_cannot_mean(name, value):
    with pytest.raises((TypeError, ValueError), match=f"upkeep '{name}' must be .*, not "):
        Upkeep(**{name: value})


@pytest.mark.parametrize(
    "name", ["recycle_turns", "recycle_memory", "memory_limit", "intensity", "period"]
)
def test_a_switch_is_no_number(name):
    with pytest.raises(TypeError, match=f"upkeep '{name}' must be"):
        Upkeep(**{name: True})


def test_none_is_taken_where_it_means_never():
    optional = {
        "health_interval",
        "idle_seconds",
        "memory_limit",
        "recycle_memory",
        "recycle_seconds",
        "recycle_turns",
    }
    for name in Upkeep.__struct_fields__:
        if name in optional:
            assert getattr(Upkeep(**{name: None}), name) is None
        else:
            with pytest.raises(TypeError):
                Upkeep(**{name: None})


def test_no_loss_at_all_may_be_tolerated():
    assert Upkeep(intensity=0).intensity == 0


def test_memory_is_watched_where_a_limit_is_set():
    assert not Upkeep().watches_memory
    assert Upkeep(memory_limit=1).watches_memory
    assert Upkeep(recycle_memory=1).watches_memory


def test_a_soft_limit_at_or_above_the_hard_one_is_refused():
    with pytest.raises(ValueError, match="must be below 'memory_limit', not 5 beside 5"):
        Upkeep(recycle_memory=5, memory_limit=5)
