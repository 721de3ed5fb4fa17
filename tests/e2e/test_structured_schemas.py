"""The real CLI understands the schema of every shape, and takes outputs that fit."""

import datetime as dt
import decimal
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pydantic
import pytest

from greenroom.backends.claude.said import OUTPUT_TOOL
from greenroom.structured import Shape
from greenroom.testing.fake_anthropic import Text, ToolUse
from greenroom_protocol.claude import SystemInit


class Point(NamedTuple):
    x: int
    label: str = ""


class Circle(msgspec.Struct, tag=True):
    """A circle."""

    radius: Annotated[float, msgspec.Meta(gt=0, examples=[1.5])]


class Group(msgspec.Struct, tag=True):
    shapes: list["Circle | Group"] = []
    at: Point | None = None


class Everything(msgspec.Struct):
    group: Group
    pair: tuple[int, str]
    when: dt.datetime
    price: decimal.Decimal
    raw: bytes = b""
    code: Annotated[str, msgspec.Meta(pattern=r"(?P<code>[A-Z]+)")] = "A"
    slug: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+$", max_length=9)] = "a"
    kinds: set[Literal["a", "b"]] = set()
    extra: dict[str, Any] = {}


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]


class Dog(pydantic.BaseModel, json_schema_extra={"x-mine": 1}):
    kind: Literal["dog"]


class Model(pydantic.BaseModel):
    pair: tuple[int, str]
    pet: Annotated[Cat | Dog, pydantic.Field(discriminator="kind")]


RAW = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.org/any",
    "oneOf": [{"$ref": "#/$defs/n"}, {"type": "array", "prefixItems": [{"$ref": "#"}]}],
    "unevaluatedProperties": False,
    "$defs": {"n": {"type": "integer", "x-mine": 1}},
}

FITTING = [
    (
        Everything,
        {
            "group": {"type": "Group", "shapes": [{"type": "Circle", "radius": 2}], "at": [1, "a"]},
            "pair": [1, "b"],
            "when": "2026-01-02T03:04:05Z",
            "price": "1.50",
        },
    ),
    (Circle | Group, {"value": {"type": "Circle", "radius": 1.5}}),
    (Model, {"pair": [1, "a"], "pet": {"kind": "dog"}}),
    (RAW, {"value": [[3]]}),
]


@pytest.mark.parametrize(("returns", "output"), FITTING)
def test_a_shape_is_understood_and_what_fits_is_taken(api, open_session, returns, output):
    api.on("go", ToolUse(OUTPUT_TOOL, output), Text("There."))
    shape = Shape.of(returns)
    turn = open_session(json_schema=shape.schema).ask("go")
    (init,) = [frame for frame in turn if isinstance(frame, SystemInit)]
    assert OUTPUT_TOOL in init.tools
    given = turn.result(20).structured
    assert given == output
    shape.read(given)
    (sent, *_) = [tool for tool in api.requests[-1].body["tools"] if tool["name"] == OUTPUT_TOOL]
    assert sent["input_schema"] == shape.schema


def test_a_schema_with_a_word_that_the_cli_does_not_know_leaves_no_way_to_answer(api, open_session):
    api.on("go", Text("I cannot."))
    turn = open_session(json_schema={"type": "object", "x-mine": 1}).ask("go")
    (init,) = [frame for frame in turn if isinstance(frame, SystemInit)]
    assert OUTPUT_TOOL not in init.tools
    assert turn.outcome(20).code == "schema_refused"
