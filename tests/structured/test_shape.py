"""Types and schemas become shapes, and outputs become values."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
import pydantic
import pytest

from greenroom.structured import Shape, ShapeError


class Weather(msgspec.Struct):
    """The weather of a day."""

    city: str
    celsius: Annotated[float, msgspec.Meta(ge=-90, le=60, description="at noon")]
    wind: int | None = None


class Node(msgspec.Struct):
    value: int
    children: list[Node] = []


@dataclass
class Point:
    x: int
    y: int


class Person(TypedDict):
    name: str


class Pair(NamedTuple):
    count: int
    label: str = "none"


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Dog(msgspec.Struct, tag=True):
    barks: int


class Cat(msgspec.Struct, tag=True):
    lives: int


class Book(pydantic.BaseModel):
    """A book."""

    title: str
    published: dt.date
    about: Annotated[Dogs | Cats, pydantic.Field(discriminator="kind")]


class Dogs(pydantic.BaseModel):
    kind: Literal["dogs"]


class Cats(pydantic.BaseModel):
    kind: Literal["cats"]
    size: tuple[int, int] = (1, 2)


Book.model_rebuild()

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
OBJECTS = [
    (Weather, {"city": "Bern", "celsius": 4}, Weather("Bern", 4.0)),
    (Node, {"value": 1, "children": [{"value": 2}]}, Node(1, [Node(2)])),
    (Point, {"x": 1, "y": 2}, Point(1, 2)),
    (Person, {"name": "Ann"}, {"name": "Ann"}),
    (dict[str, int], {"a": 1}, {"a": 1}),
    (dict[int, Point], {"7": {"x": 1, "y": 2}}, {7: Point(1, 2)}),
    (
        Book,
        {"title": "Cats", "published": "2026-01-02", "about": {"kind": "cats", "size": [3, 4]}},
        Book(
            title="Cats",
            published=dt.date(2026, 1, 2),
            about=Cats(kind="cats", size=(3, 4)),
        ),
    ),
]
OTHERS = [
    (int, 5, 5),
    (str, "a", "a"),
    (Any, {"a": [1]}, {"a": [1]}),
    (Literal["a", 1], 1, 1),
    (Color, "blue", Color.BLUE),
    (Pair, [1], Pair(1)),
    (tuple[int, str], [1, "a"], (1, "a")),
    (set[int], [1, 2], {1, 2}),
    (list[Point], [{"x": 1, "y": 2}], [Point(1, 2)]),
    (Dog | Cat, {"type": "Cat", "lives": 9}, Cat(9)),
    (Weather | None, None, None),
    (bytes, "aGk=", b"hi"),
    (dt.datetime, "2026-01-02T12:00:00Z", NOON),
    (Annotated[int, msgspec.Meta(ge=1)], 1, 1),
    (list[Dogs], [{"kind": "dogs"}], [Dogs(kind="dogs")]),
]


@pytest.mark.parametrize(("returns", "raw", "value"), OBJECTS)
def test_an_object_is_asked_for_as_it_is(returns, raw, value):
    shape = Shape.of(returns)
    assert not shape.wrapped
    assert shape.schema["type"] == "object"
    assert "$ref" not in shape.schema
    assert shape.read(raw) == value


@pytest.mark.parametrize(("returns", "raw", "value"), OTHERS)
def test_anything_else_is_asked_for_within_an_object(returns, raw, value):
    shape = Shape.of(returns)
    assert shape.wrapped
    assert (shape.schema["type"], shape.schema["required"]) == ("object", ["value"])
    assert shape.read({"value": raw}) == value


def test_descriptions_reach_the_model():
    schema = Shape.of(Weather).schema
    assert schema["description"] == "The weather of a day."
    assert schema["properties"]["celsius"]["description"] == "at noon"
    assert Shape.of(Book).schema["description"] == "A book."


@pytest.mark.parametrize(
    ("returns", "raw", "path", "problem"),
    [
        (Weather, {"city": 1, "celsius": 2}, "$.city", "Expected `str`, got `int`"),
        (Weather, {"city": "Bern"}, "$", "Object missing required field `celsius`"),
        (Weather, {"city": "Bern", "celsius": 99}, "$.celsius", "Expected `float` <= 60.0"),
        (Weather, None, "$", "Expected `object`, got `null`"),
        (Node, {"value": 1, "children": [{"value": "x"}]}, "$.children[0].value", "got `str`"),
        (list[int], {"value": [1, "x"]}, "$.value[1]", "Expected `int`, got `str`"),
        (list[int], [1], "$", "expected an object with the member `value`"),
        (list[int], {}, "$", "expected an object with the member `value`"),
        (dict[int, int], {"a": 1}, "$", "a key does not fit: Expected `int`, got `str`"),
        (Color, {"value": "secret" * 99}, "$.value", "Invalid enum value"),
        (Dog | Cat, {"value": {"type": "Cow"}}, "$.value.type", "Invalid value"),
        (Book, {"title": 1}, "$.title", "Input should be a valid string (and 2 more)"),
        (list[Dogs], {"value": [{"kind": "x"}]}, "$.value[0].kind", "Input should be 'dogs'"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(returns, raw, path, problem):
    with pytest.raises(ShapeError) as caught:
        Shape.of(returns).read(raw)
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert "secret" not in str(caught.value)


def test_an_error_stays_short_and_on_one_line_whatever_the_output_holds():
    class Strict(msgspec.Struct, forbid_unknown_fields=True):
        a: int = 0

        def __post_init__(self):
            raise ValueError("no\n" * 1000)

    for raw in ({"\ud800x" * 5000: 1}, {}):
        with pytest.raises(ShapeError) as caught:
            Shape.of(Strict).read(raw)
        assert len(str(caught.value)) < 420
        assert "\n" not in str(caught.value)
        str(caught.value).encode()


class Plain:
    """A class that nothing knows."""

    value: complex


@pytest.mark.parametrize(
    ("returns", "named"),
    [
        (None, "None"),
        (print, "<built-in function print>"),
        (5, "5"),
        ("Weather", "'Weather'"),
        (complex, "builtins.complex"),
        (list[complex], "list[complex]"),
        (Plain, "Plain"),
        (list[int] | list[str], "list[int] | list[str]"),
        (list["Nowhere"], "Nowhere"),  # noqa: F821 - that is the point
    ],
)
def test_what_no_schema_can_be_made_of_is_named(returns, named):
    with pytest.raises(TypeError) as caught:
        Shape.of(returns)
    assert named in str(caught.value)


def test_a_model_without_a_schema_is_named():
    class Odd(pydantic.BaseModel, arbitrary_types_allowed=True):
        plain: Plain

    with pytest.raises(TypeError, match=r"pydantic can make no schema of .*Odd"):
        Shape.of(Odd)


def test_shapes_with_the_same_schema_are_equal():
    class Weather2(msgspec.Struct):
        a: int

    same, other = Shape.of(list[int]), Shape.of(list[str])
    assert same == Shape.of(list[int])
    assert hash(same) == hash(Shape.of(list[int]))
    assert same == Shape.of({"items": {"type": "integer"}, "type": "array"})
    assert same != other
    assert same != "shape"
    assert Shape.of(same) is same
    assert Shape.of(Weather2) != Shape.of(Weather)


def test_a_shape_shows_its_schema_in_one_line():
    assert repr(Shape.of(list[int])).startswith('<Shape {"additionalProperties":false,')
    assert len(repr(Shape.of(Weather))) < 100


@pytest.mark.parametrize(
    ("returns", "partial", "value"),
    [
        (list[int], {"value": [1]}, [1]),
        (list[int], {}, msgspec.UNSET),
        (list[int], msgspec.UNSET, msgspec.UNSET),
        (list[int], [1], msgspec.UNSET),
        (Weather, {"city": "Be"}, {"city": "Be"}),
        (Weather, msgspec.UNSET, msgspec.UNSET),
    ],
)
def test_the_value_is_found_in_an_incomplete_output(returns, partial, value):
    assert Shape.of(returns).within(partial) == value
