"""What a model gives is checked against the types, and the function receives it converted."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from greenroom.tools import ToolContext, tool
from tests.tools.client import Client, reply_to


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass
class Tree:
    label: str
    children: list[Tree] = field(default_factory=list)


class Address(TypedDict):
    street: str
    number: NotRequired[int]


class Item(msgspec.Struct):
    name: str
    tags: list[str] = []


class Pair(NamedTuple):
    left: int
    right: str


Positive = Annotated[int, msgspec.Meta(ge=1, le=100)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$", description="a country")]

INTS = st.integers(-(2**53), 2**53)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(
    st.builds(Tree, TEXTS), lambda inner: st.builds(Tree, TEXTS, st.lists(inner, max_size=2))
)
ADDRESSES = st.one_of(
    st.fixed_dictionaries({"street": TEXTS}),
    st.fixed_dictionaries({"street": TEXTS, "number": INTS}),
)
VALUES = {
    int: INTS,
    str: TEXTS,
    bool: st.booleans(),
    float: FLOATS,
    bytes: st.binary(max_size=20),
    list[int]: st.lists(INTS, max_size=4),
    set[str]: st.sets(TEXTS, max_size=4),
    dict[str, int]: st.dictionaries(TEXTS, INTS, max_size=4),
    dict[int, str]: st.dictionaries(INTS, TEXTS, max_size=4),
    tuple[int, str]: st.tuples(INTS, TEXTS),
    int | None: st.none() | INTS,
    int | str | None: st.none() | INTS | TEXTS,
    Literal["a", "b", 3]: st.sampled_from(["a", "b", 3]),
    Colour: st.sampled_from(Colour),
    Size: st.sampled_from(Size),
    Positive: st.integers(1, 100),
    Code: st.sampled_from(["de", "fr"]),
    Point: st.builds(Point, INTS, INTS),
    Tree: TREES,
    Address: ADDRESSES,
    Item: st.builds(Item, TEXTS, st.lists(TEXTS, max_size=3)),
    Pair: st.builds(Pair, INTS, TEXTS),
    uuid.UUID: st.uuids(),
    dt.date: st.dates(),
    dt.datetime: st.datetimes(timezones=st.just(dt.UTC)),
    decimal.Decimal: st.decimals(-1000, 1000, places=3),
    list[Point | None]: st.lists(st.none() | st.builds(Point, INTS, INTS), max_size=3),
    dict[str, list[Item]]: st.dictionaries(TEXTS, st.lists(st.builds(Item, TEXTS)), max_size=2),
}


@st.composite
def signatures(draw):
    """Parameters, each with its type, a value, and whether the model leaves it out."""
    types = draw(st.lists(st.sampled_from(list(VALUES)), max_size=4))
    return [
        (f"p{number}", kind, draw(VALUES[kind]), draw(st.booleans()))
        for number, kind in enumerate(types)
    ]


def make(parameters, received):
    """A keyword-only function of these parameters that notes what it is called with."""
    names = ", ".join(name + ("=None" if left_out else "") for name, _, _, left_out in parameters)
    source = f"def made({'*, ' if names else ''}{names}): received.update(locals())"
    namespace = {"received": received}
    exec(source, namespace)
    made = namespace["made"]
    made.__annotations__ = {name: kind for name, kind, _, _ in parameters}
    return tool(made)


@given(signatures())
def test_what_fits_the_types_reaches_the_function_as_equal_values(parameters):
    received = {}
    made = make(parameters, received)
    given_values = {name: value for name, _, value, left_out in parameters if not left_out}
    arguments = msgspec.json.decode(msgspec.json.encode(given_values))
    Draft202012Validator.check_schema(made.input_schema)
    assert Draft202012Validator(made.input_schema).is_valid(arguments)
    result = Client.of([made]).call("made", **arguments)
    assert "isError" not in result, result
    assert received == {name: given_values.get(name) for name, *_ in parameters}
    assert all(type(received[name]) is type(value) for name, value in given_values.items())


JSON = st.recursive(
    st.none() | st.booleans() | INTS | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(list(VALUES)), JSON)
def test_whatever_comes_the_function_is_called_or_the_model_is_told(kind, value):
    received = {}
    result = Client.of([make([("p", kind, None, False)], received)]).call("made", p=value)
    assert result.get("isError", False) is ("p" not in received)


@given(st.dictionaries(TEXTS, JSON, max_size=4))
def test_no_argument_reaches_a_function_that_takes_none(arguments):
    received = []
    made = tool(name="nothing")(lambda: received.append(1))
    params = {"name": "nothing", "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 0, "method": "tools/call", "params": params}
    result = reply_to(Client.of([made]).send(message))["result"]
    assert result.get("isError", False) is bool(arguments)
    assert bool(received) is not bool(arguments)


# --- what is wrong is said ------------------------------------------------------------------------


@tool
def order(
    item: str, amount: Positive, address: Address | None = None, *, urgent: bool = False
) -> str:
    """Order something."""
    raise AssertionError("it was called")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "argument 'item' is missing; argument 'amount' is missing"),
        ({"item": 3, "amount": 1}, "argument 'item': Expected `str`, got `int`"),
        ({"item": "tea", "amount": "1"}, "argument 'amount': Expected `int`, got `str`"),
        ({"item": "tea", "amount": True}, "argument 'amount': Expected `int`, got `bool`"),
        ({"item": "tea", "amount": 0}, "argument 'amount': Expected `int` >= 1"),
        ({"item": "tea", "amount": 1, "urgnt": True}, "no argument 'urgnt': did you mean 'urgent'"),
        ({"item": "tea", "amount": 1, "zzz": True}, "no argument 'zzz': the tool takes 'item', "),
        ({"item": "t", "amount": 1, "address": {"street": 5}}, "'address.street': Expected `str`"),
        ({"item": None, "amount": None}, "'item': Expected `str`, got `null`; argument 'amount'"),
    ],
)
def test_wrong_arguments_are_named_and_the_function_is_not_called(arguments, says):
    result = Client.of([order]).call("order", **arguments)
    assert result["isError"]
    assert says in result["content"][0]["text"]


def test_a_class_that_refuses_its_values_is_told_to_the_model():
    @dataclass
    class Even:
        number: int

        def __post_init__(self):
            if self.number % 2:
                raise RuntimeError("odd")

    def halve(even) -> int:
        return even.number // 2

    halve.__annotations__["even"] = Even
    client = Client.of([halve])
    assert client.text("halve", even={"number": 4}) == "2"
    assert "odd" in client.call("halve", even={"number": 3})["content"][0]["text"]


def test_definitions_are_kept_and_resolve():
    @tool
    def plant(tree: Tree, near: Point | None = None) -> None: ...

    schema = plant.input_schema
    assert set(schema["$defs"]) == {"Tree", "Point"}
    assert schema["properties"]["tree"] == {"$ref": "#/$defs/Tree"}
    assert Draft202012Validator(schema).is_valid({"tree": {"label": "a", "children": []}})
    assert not Draft202012Validator(schema).is_valid({"tree": {"label": 1}})


def test_constraints_and_descriptions_of_msgspec_are_in_the_schema():
    @tool
    def f(code: Code, amount: Positive, anything: Any) -> None: ...

    assert f.input_schema["properties"] == {
        "code": {"type": "string", "pattern": "^[a-z]{2}$", "description": "a country"},
        "amount": {"type": "integer", "minimum": 1, "maximum": 100},
        "anything": {},
    }


def test_the_context_knows_the_call_and_the_state():
    @tool
    def who(item: str, context: ToolContext) -> dict[str, Any]:
        assert not context.signal.cancelled
        return {
            "item": item,
            "id": context.tool_use_id,
            "state": context.state,
            "at": f"{context.server}.{context.tool}",
        }

    result = Client.of([who], state=["shelf"]).call("who", item="tea")
    assert result["structuredContent"] == {
        "item": "tea",
        "id": "toolu_1",
        "state": ["shelf"],
        "at": "shop.who",
    }


def test_a_model_cannot_give_the_context():
    @tool
    def who(context: ToolContext | None = None) -> str:
        return str(context)

    result = Client.of([who]).call("who", context={"state": "mine"})
    assert "there is no argument 'context'" in result["content"][0]["text"]
