"""Shapes that are given as a JSON Schema."""

import subprocess
import sys

import pytest

from greenroom.structured import Shape, ShapeError

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Z]"},
        "age": {"type": "integer", "minimum": 0},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "returns",
    [
        SCHEMA,
        {"type": "json_schema", "schema": SCHEMA},
        {"type": "json_schema", "name": "person", "strict": True, "schema": SCHEMA},
        {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA}},
    ],
)
def test_every_spelling_is_the_same_schema(returns):
    shape = Shape.of(returns)
    assert (shape.schema, shape.wrapped) == (SCHEMA, False)
    assert shape.read({"name": "Ann", "tags": ["a"]}) == {"name": "Ann", "tags": ["a"]}


@pytest.mark.parametrize(
    ("raw", "path", "problem"),
    [
        ({}, "$", '"name" is a required property'),
        ({"name": 5}, "$.name", 'it is not of type "string"'),
        ({"name": "ann"}, "$.name", 'it does not match "^[A-Z]"'),
        ({"name": "Ann", "age": -1}, "$.age", "it is less than the minimum of 0"),
        ({"name": "Ann", "tags": ["a", "secret"]}, "$.tags[1]", 'it is not one of "a" or "b"'),
        ({"name": "Ann", "odd": 1}, "$", "'odd' was unexpected"),
        ([], "$", 'it is not of type "object"'),
        ({"name": "\ud800"}, "$", "it cannot be read: UnicodeEncodeError"),
    ],
)
def test_what_does_not_fit_is_told_without_the_value(raw, path, problem):
    with pytest.raises(ShapeError) as caught:
        Shape.of(SCHEMA).read(raw)
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "raw", "wrong"),
    [
        ({}, {"a": 1}, None),
        ({"type": "array", "items": {"type": "integer"}}, [1], "x"),
        ({"type": ["object", "null"]}, None, "x"),
        ({"prefixItems": [{"type": "integer"}, {"type": "string"}]}, [1, "a"], ["a", 1]),
        ({"items": [{"type": "integer"}, {"type": "string"}]}, [1, "a"], ["a", 1]),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}, {"a": 1, "b": 1}),
        ({"$ref": "#/$defs/T", "$defs": {"T": {"enum": [1]}}}, 1, 2),
        ({"type": "array", "items": {"anyOf": [{"type": "null"}, {"$ref": "#"}]}}, [[None]], [1]),
    ],
)
def test_schemas_of_other_values_are_read_from_within_an_object(schema, raw, wrong):
    shape = Shape.of(schema)
    assert shape.wrapped
    assert shape.read({"value": raw}) == raw
    if wrong is not None:
        with pytest.raises(ShapeError) as caught:
            shape.read({"value": wrong})
        assert caught.value.path.startswith("$.value")


@pytest.mark.parametrize(
    ("returns", "why"),
    [
        ({"type": "nonsense"}, "this is no JSON Schema"),
        ({"$ref": "#/$defs/Nowhere"}, "'/\\$defs/Nowhere' does not exist"),
        ({"$ref": "http://127.0.0.1:9/schema"}, "Retrieval is disabled"),
        ({"$ref": "file:///etc/passwd"}, "Retrieval is disabled"),
        ({"$schema": "http://127.0.0.1:9/meta"}, "Unknown meta-schema"),
        ({"type": "json_schema"}, "the schema is missing"),
        ({"type": "json_schema", "schema": "x"}, "the schema is missing"),
        ({"type": "json_schema", "json_schema": 5}, "the schema is missing"),
        ({"default": object()}, "a JSON Schema must be JSON"),
        ({"description": "\ud800"}, "a JSON Schema must be JSON"),
    ],
)
def test_what_is_no_schema_is_a_type_error(returns, why):
    with pytest.raises(TypeError, match=why):
        Shape.of(returns)


def test_a_pattern_that_backtracks_forever_holds_nobody_up():
    shape = Shape.of({"type": "object", "properties": {"a": {"pattern": "^(a+)+$"}}})
    with pytest.raises(ShapeError):
        shape.read({"a": "a" * 5000 + "b"})


def test_a_schema_that_changes_later_changes_nothing():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    shape = Shape.of(schema)
    schema["properties"]["a"]["type"] = "string"
    assert shape.schema["properties"]["a"]["type"] == "integer"
    assert shape.read({"a": 1}) == {"a": 1}


WITHOUT = """
import sys
sys.modules["jsonschema_rs"] = None
from greenroom.structured import Shape
assert Shape.of(list[int]).read({"value": [1]}) == [1]
try:
    Shape.of({"type": "object"})
except ImportError as error:
    print(error)
print("pydantic" in sys.modules)
"""


def test_without_the_extra_types_do_and_schemas_say_what_to_install():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    said, pydantic = done.stdout.splitlines()
    assert "pip install 'greenroom[schema]'" in said
    assert pydantic == "False"
