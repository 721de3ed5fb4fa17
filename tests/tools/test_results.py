"""Whatever a tool returns becomes a sound result, or an error that says why not."""

import base64
import datetime as dt
import decimal
import enum
import math
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.tools import Image, ToolError, ToolResult, tool
from tests.tools.client import Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PICTURE = {"type": "image", "data": base64.b64encode(PNG).decode(), "mimeType": "image/png"}


class Mood(enum.Enum):
    GOOD = "good"


@dataclass
class Point:
    x: int


class Item(msgspec.Struct):
    name: str


def returning(value):
    """The result of a call of a tool that returns `value`."""

    @tool
    def give() -> object:
        return value

    return Client.of([give]).call("give")


def text(words):
    return {"type": "text", "text": words}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("tea", {"content": [text("tea")]}),
        ("", {"content": [text("(The tool returned an empty text.)")]}),
        (None, {"content": [text("(The tool returned nothing.)")]}),
        (3, {"content": [text("3")]}),
        (True, {"content": [text("true")]}),
        (1.5, {"content": [text("1.5")]}),
        ([1, "a"], {"content": [text('[1,"a"]')]}),
        (["a", "b"], {"content": [text('["a","b"]')]}),
        ([], {"content": [text("[]")]}),
        ({"a": 1}, {"content": [text('{"a":1}')], "structuredContent": {"a": 1}}),
        ({1: 2}, {"content": [text('{"1":2}')], "structuredContent": {"1": 2}}),
        (Point(1), {"content": [text('{"x":1}')], "structuredContent": {"x": 1}}),
        (Item("a"), {"content": [text('{"name":"a"}')], "structuredContent": {"name": "a"}}),
        (Mood.GOOD, {"content": [text("good")]}),
        (dt.date(2026, 1, 2), {"content": [text("2026-01-02")]}),
        (decimal.Decimal("1.50"), {"content": [text("1.50")]}),
        (PNG, {"content": [PICTURE]}),
        (Image(PNG), {"content": [PICTURE]}),
        (
            Image(b"x", "image/bmp"),
            {"content": [{**PICTURE, "data": "eA==", "mimeType": "image/bmp"}]},
        ),
        (["see", Image(PNG)], {"content": [text("see"), PICTURE]}),
        ([text("a"), "b"], {"content": [text("a"), text("b")]}),
        ([{"type": "tea"}], {"content": [text('[{"type":"tea"}]')]}),
        (ToolResult(content="no", is_error=True), {"content": [text("no")], "isError": True}),
        (ToolResult(content=["a", PNG]), {"content": [text("a"), PICTURE]}),
        (ToolResult(), {"content": [text("(The tool returned nothing.)")]}),
        (
            ToolResult(structured=Point(1)),
            {"content": [text('{"x":1}')], "structuredContent": {"x": 1}},
        ),
        (
            ToolResult(content="one", structured={"x": 1}),
            {"content": [text("one")], "structuredContent": {"x": 1}},
        ),
    ],
    ids=repr,
)
def test_each_kind_of_value_has_its_form(value, result):
    assert returning(value) == result


@pytest.mark.parametrize(
    ("head", "mime_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8", "image/webp"),
    ],
)
def test_an_image_knows_its_kind(head, mime_type):
    assert Image(head).mime_type == mime_type


def test_an_image_of_an_unknown_kind_needs_a_type():
    with pytest.raises(ValueError, match="mime_type"):
        Image(b"what")
    with pytest.raises(TypeError, match="bytes"):
        Image("what")


def test_an_image_shows_no_bytes():
    assert repr(Image(PNG)) == "Image(16 bytes, 'image/png')"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "object"),
        ({(1, 2): 3}, "dict"),
        ("\ud800", "str"),
        (["\ud800"], "list"),
        (b"no picture", "PNG"),
        (lambda: None, "function"),
        ([Image(PNG), object()], "list"),
        (ToolResult(content=[object()]), "object"),
        (ToolResult(content=[{"type": "tea"}]), "'tea'"),
        (ToolResult(content=[{"type": "text"}]), "'text' with text"),
        (ToolResult(structured=[1]), "must be an object"),
        (ToolResult(content=3), "ToolResult"),
    ],
    ids=lambda value: repr(value).partition(" at ")[0],
)
def test_what_cannot_be_sent_is_an_error_that_says_so(value, says):
    result = returning(value)
    assert result["isError"]
    assert says in result["content"][0]["text"]


def test_a_value_that_holds_itself_is_an_error():
    loop = []
    loop.append(loop)
    assert returning(loop)["isError"]


def test_a_number_that_json_lacks_is_told_as_null():
    assert returning({"a": math.nan})["structuredContent"] == {"a": None}


def raising(error):
    @tool
    def fail() -> None:
        raise error

    return Client.of([fail]).call("fail")["content"][0]["text"]


def test_a_tool_error_is_told_as_it_is():
    assert raising(ToolError("sold out")) == "sold out"


def test_a_tool_error_without_words_says_so():
    assert raising(ToolError())


def test_a_tool_error_that_no_json_carries_is_told_all_the_same():
    assert raising(ToolError("a\ud800b")) == "a\\ud800b"


def test_any_other_exception_is_told_by_class_and_message():
    assert raising(ZeroDivisionError("no")) == "The tool 'fail' failed: ZeroDivisionError: no"
    assert raising(KeyError()) == "The tool 'fail' failed: KeyError"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary(max_size=12)
    | st.just(object())
    | st.builds(dict, type=st.sampled_from(["text", "image"]), text=st.text() | st.integers()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
        | st.builds(ToolResult, content=st.lists(inner), structured=inner, is_error=st.booleans())
    ),
    max_leaves=8,
)


@given(VALUES)
def test_whatever_is_returned_there_is_a_sound_result(value):
    result = returning(value)
    assert result["content"]
    assert all(block["type"] for block in result["content"])
    assert isinstance(result.get("structuredContent", {}), dict)
