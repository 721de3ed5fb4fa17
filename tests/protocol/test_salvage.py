import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import Drift
from greenroom_protocol.salvage import Hopeless, salvage
from greenroom_protocol.wire import UNKNOWN_TAG, Wire


class Apple(Wire, frozen=True, kw_only=True, tag="apple"):
    weight: int
    color: str = "red"


class Odd(Wire, frozen=True, kw_only=True, tag=UNKNOWN_TAG):
    raw: object


class Basket(Wire, frozen=True, kw_only=True):
    best: Apple | Odd
    fruits: tuple[Apple | Odd, ...] = ()
    by_name: dict[str, Apple] | None = None
    owner: str | None = None
    marks: tuple[int, ...] = ()


APPLE = {"type": "apple", "weight": 3}


def basket(**members):
    drift = Drift()
    return salvage({"best": APPLE} | members, Basket, path="b", drift=drift), drift


def test_what_converts_is_converted_whole():
    value, drift = basket(fruits=[APPLE], owner="me")

    assert value == Basket(best=Apple(weight=3), fruits=(Apple(weight=3),), owner="me")
    assert not drift


def test_an_optional_member_of_another_type_is_dropped_and_counted():
    value, drift = basket(owner=5)

    assert value.owner is None
    assert drift.salvaged == {"b.owner": 1}


def test_an_alternative_that_is_not_known_is_caught():
    pear = {"type": "pear"}

    value, drift = basket(best=pear, fruits=[APPLE, pear, 5])

    assert value.best == Odd(raw=pear)
    assert value.fruits == (Apple(weight=3), Odd(raw=pear), Odd(raw=5))
    assert drift.unknown == {"b.best": 1, "b.fruits[]": 2}


def test_a_known_alternative_keeps_what_converts():
    value, drift = basket(best=APPLE | {"color": 7})

    assert value.best == Apple(weight=3)
    assert drift.salvaged == {"b.best.color": 1}


def test_items_without_a_catch_all_are_left_out():
    value, drift = basket(marks=[1, "2", 3], by_name={"a": APPLE, "b": 5})

    assert value.marks == (1, 3)
    assert value.by_name == {"a": Apple(weight=3)}
    assert drift.salvaged == {"b.marks[]": 1, "b.by_name.*": 1}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "b.best is missing"),
        ([], "b: Expected `object`, got `array`"),
        (None, "b: Expected `object`, got `null`"),
    ],
)
def test_without_its_essence_it_is_hopeless(value, reason):
    with pytest.raises(Hopeless, match=f"^{reason}$"):
        salvage(value, Basket, path="b", drift=Drift())


@given(
    members=st.dictionaries(
        st.sampled_from(["fruits", "by_name", "owner", "marks"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=2),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["type", "weight", "x"]), inner)
            ),
            max_leaves=4,
        ),
    )
)
def test_optional_members_of_any_type_never_cost_the_whole(members):
    value, _ = basket(**members)

    assert value.best == Apple(weight=3)
