"""What a CLI is given for a schema."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.structured.wire_schema import wire_schema

OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}}


def sent(schema):
    return wire_schema(schema)[0]


def inside(schema):
    """What is sent for the schema of a member."""
    return sent({"type": "object", "properties": {"a": schema}})["properties"]["a"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "x-mine": 1, "$anchor": "a", "$id": "b"}, {"type": "string"}),
        (
            {"default": {"x-mine": 1}, "const": {"$id": 1}},
            {"default": {"x-mine": 1}, "const": {"$id": 1}},
        ),
        ({"pattern": "^a$"}, {"pattern": "^a$"}),
        ({"pattern": "(?P<a>b)"}, {}),
        ({"required": ["b", "b"]}, {"required": ["b"]}),
        ({"unevaluatedProperties": False, "dependentRequired": {"b": ["c"]}}, {}),
        ({"properties": {"x-mine": {"x-mine": 1}}}, {"properties": {"x-mine": {}}}),
        ({"prefixItems": [{"type": "null"}]}, {}),
        (
            {"prefixItems": [{"type": "null"}, {"type": "string"}], "items": False},
            {"items": {"anyOf": [{"type": "null"}, {"type": "string"}]}, "maxItems": 2},
        ),
        (
            {"items": [{"type": "null"}], "additionalItems": {"type": "string"}},
            {"items": {"anyOf": [{"type": "null"}, {"type": "string"}]}},
        ),
        ({"prefixItems": [{"x": 1}, {"x": 2}], "maxItems": 2}, {"items": {}, "maxItems": 2}),
        ({"items": {"x-mine": 1}}, {"items": {}}),
        ({"items": False}, {"items": False}),
        ({"contains": {"const": 1}, "minContains": 2}, {"contains": {"const": 1}}),
        ({"if": {"const": 1}}, {}),
        ({"if": {"x": 1}, "then": {"const": 1}}, {}),
        ({"if": {"const": 1}, "then": {"x": 1}}, {"if": {"const": 1}, "then": {}}),
        ({"not": {"const": 1}}, {"not": {"const": 1}}),
        ({"not": {"x": 1}}, {}),
        ({"oneOf": [{"const": 1}]}, {"oneOf": [{"const": 1}]}),
        ({"oneOf": [{"const": 1, "x": 1}]}, {"anyOf": [{"const": 1}]}),
        (
            {"oneOf": [{"x": 1}], "anyOf": [{"const": 1}]},
            {"anyOf": [{"const": 1}], "allOf": [{"anyOf": [{}]}]},
        ),
        ({"anyOf": [OBJECT], "discriminator": {"propertyName": "a"}}, {"anyOf": [OBJECT]}),
        (
            {"patternProperties": {"^a": {"x": 1}}, "additionalProperties": False},
            {"patternProperties": {"^a": {}}, "additionalProperties": False},
        ),
        ({"patternProperties": {"(?P<a>b)": {}}, "additionalProperties": False}, {}),
        (
            {
                "properties": {"a": {}},
                "patternProperties": {"^a": {}},
                "additionalProperties": False,
            },
            {"properties": {"a": {}}},
        ),
        ({"$ref": "#/$defs/Nowhere", "title": "T"}, {"title": "T"}),
        ({"$ref": "https://example.org/x"}, {}),
        ({"$ref": "#"}, {"$ref": "#"}),
        (True, True),
    ],
)
def test_only_words_that_are_known_everywhere_are_sent(schema, expected):
    assert inside(schema) == expected


def test_the_schema_itself_is_left_alone():
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "x": 1, **OBJECT}
    before = msgspec.json.encode(schema)
    assert sent(schema) == OBJECT
    assert msgspec.json.encode(schema) == before


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {}}, {"properties": {}, "type": "object"}),
        ({"type": ["object"]}, {"type": "object"}),
        (
            {"$ref": "#/$defs/T", "$defs": {"T": OBJECT}, "title": "Mine"},
            {**OBJECT, "title": "Mine", "$defs": {"T": OBJECT}},
        ),
        (
            {"$ref": "#/$defs/S", "$defs": {"S": {"$ref": "#/$defs/T"}, "T": OBJECT}},
            {**OBJECT, "$defs": {"S": {"$ref": "#/$defs/T"}, "T": OBJECT}},
        ),
        (
            {"$ref": "#/definitions/a~1b%20c", "definitions": {"a/b c": OBJECT}},
            {**OBJECT, "definitions": {"a/b c": OBJECT}},
        ),
    ],
)
def test_the_top_is_plainly_an_object(schema, expected):
    assert wire_schema(schema) == (expected, False)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, {}),
        ({"type": "string"}, {"type": "string"}),
        ({"anyOf": [OBJECT]}, {"anyOf": [OBJECT]}),
        ({"type": "object", "allOf": [OBJECT]}, {"type": "object", "allOf": [OBJECT]}),
        ({"type": ["object", "null"]}, {"type": ["object", "null"]}),
        ({"$ref": "#"}, {"$ref": "#/properties/value"}),
        (
            {"$ref": "#/items", "items": {"$ref": "#"}},
            {"$ref": "#/properties/value/items", "items": {"$ref": "#/properties/value"}},
        ),
        ({"items": {"$ref": "#"}}, {"items": {"$ref": "#/properties/value"}}),
    ],
)
def test_what_is_no_object_becomes_a_member(schema, value):
    assert wire_schema(schema) == (
        {
            "type": "object",
            "properties": {"value": value},
            "required": ["value"],
            "additionalProperties": False,
        },
        True,
    )


def test_definitions_stay_at_the_top():
    schema = {"type": "array", "items": {"$ref": "#/$defs/T"}, "$defs": {"T": OBJECT}}
    got = sent(schema)
    assert got["$defs"] == {"T": OBJECT}
    assert got["properties"]["value"] == {"type": "array", "items": {"$ref": "#/$defs/T"}}


# --- whatever a schema says, what is sent for it allows as much ----------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "ab"]),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from("abc"), v, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(["object", "array", "string", "integer", "null", "boolean"])


def _words(inner):
    lists = st.lists(inner, min_size=1, max_size=2)
    named = st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    words = {
        "type": TYPES,
        "const": VALUES,
        "pattern": st.sampled_from(["^a$", "(?P<x>b)"]),
        "properties": named,
        "patternProperties": st.dictionaries(
            st.sampled_from(["^a", "(?P<x>b)"]), inner, max_size=2
        ),
        "additionalProperties": inner,
        "unevaluatedProperties": st.just(value=False),
        "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        "prefixItems": lists,
        "items": inner,
        "maxItems": st.integers(0, 3),
        "contains": inner,
        "minContains": st.integers(0, 2),
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "anyOf": lists,
        "allOf": lists,
        "oneOf": lists,
        "dependentRequired": st.just({"a": ["b"]}),
        "$ref": st.sampled_from(["#", "#/$defs/T"]),
    }
    return st.lists(st.sampled_from(sorted(words)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({word: words[word] for word in chosen})
    )


SCHEMAS = st.recursive(
    st.booleans() | st.builds(lambda t: {"type": t}, TYPES), _words, max_leaves=8
)


@given(SCHEMAS.filter(lambda s: isinstance(s, dict)), SCHEMAS, VALUES)
def test_what_is_sent_allows_all_that_the_schema_allows(schema, definition, value):
    schema = {**schema, "$defs": {"T": definition}}
    wire, wrapped = wire_schema(schema)
    if not _is_valid(jsonschema_rs.Draft202012Validator, schema, value):
        return
    if not wrapped and not isinstance(value, dict):
        return  # no tool takes it
    output = {"value": value} if wrapped else value
    assert _is_valid(jsonschema_rs.Draft202012Validator, wire, output)
    if "$ref" not in str(schema):  # draft 7 overlooks what stands beside a reference
        assert _is_valid(jsonschema_rs.Draft7Validator, wire, output)


def _is_valid(draft, schema, value):
    try:
        return draft(schema, offline=True).is_valid(value)
    except jsonschema_rs.ValidationError:  # a reference that only leads to itself
        return False


# --- types -------------------------------------------------------------------------------------


class Leaf(NamedTuple):
    count: int
    name: str = ""


class Tree(msgspec.Struct, tag="tree"):
    leaves: tuple[Leaf, ...]
    range: tuple[int, int]
    twigs: list[Tree | Stump] = []


class Stump(msgspec.Struct, tag="stump"):
    rings: dict[str, int]
    note: Any = None
    kind: Literal["oak", "elm"] | None = None


def test_types_are_sent_without_words_that_only_new_drafts_have():
    for returns in (Tree, Tree | Stump, Leaf, list[Leaf]):
        wire = sent(msgspec.json.schema(returns))
        text = msgspec.json.encode(wire).decode()
        assert "prefixItems" not in text
        assert "discriminator" not in text
        jsonschema_rs.Draft7Validator(wire, offline=True)
        jsonschema_rs.Draft202012Validator(wire, offline=True)
