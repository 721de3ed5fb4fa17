"""A typed function becomes a tool, and stays the function it was."""

import asyncio
import functools
from typing import Annotated, Literal

import pytest

from greenroom.callbacks import Call
from greenroom.tools import Tool, ToolAnnotations, ToolContext, ToolRegistry, tool


@tool
def price(item: str, currency: Literal["EUR", "USD"] = "EUR") -> str:
    """What an item costs.

    Taxes are included.

    Args:
        item: its name, as on
            the shelf
        currency (str): what to tell it in

    Raises:
        LookupError: there is none.
    """
    return f"{item} {currency}"


def test_a_tool_is_called_like_its_function():
    assert price("tea", currency="USD") == "tea USD"


def test_an_async_tool_is_awaited_like_its_function():
    @tool
    async def stock(item: str) -> int:
        return len(item)

    assert asyncio.run(stock("tea")) == 3
    assert stock.is_async
    assert not price.is_async


def test_a_tool_looks_like_its_function():
    assert (price.__name__, price.__module__) == ("price", __name__)
    assert price.__doc__.startswith("What an item costs.")
    assert repr(price) == "<Tool price(item, currency)>"


def test_the_docstring_describes_the_tool_and_its_parameters():
    assert price.description == "What an item costs.\n\nTaxes are included."
    properties = price.input_schema["properties"]
    assert properties["item"]["description"] == "its name, as on the shelf"
    assert properties["currency"]["description"] == "what to tell it in"


def test_the_schema_is_that_of_an_object_without_other_names():
    assert price.input_schema == {
        "type": "object",
        "properties": {
            "item": {"description": "its name, as on the shelf", "type": "string"},
            "currency": {
                "description": "what to tell it in",
                "enum": ["EUR", "USD"],
                "default": "EUR",
            },
        },
        "required": ["item"],
        "additionalProperties": False,
    }


def test_options_are_kept():
    hints = ToolAnnotations(read_only=True)

    @tool(name="find", description="Finds.", annotations=hints, timeout=2, max_result_chars=9)
    def search() -> None:
        """Not this."""

    assert (search.name, search.description, search.annotations) == ("find", "Finds.", hints)
    assert (search.timeout, search.max_result_chars) == (2, 9)


def test_a_string_in_annotated_goes_before_the_docstring():
    @tool
    def f(item: Annotated[str, "as annotated"]) -> None:
        """F.

        Args:
            item: as documented
        """

    assert f.input_schema["properties"]["item"]["description"] == "as annotated"


def test_a_wrapped_function_keeps_its_parameters():
    def logged(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            return function(*args, **kwargs)

        return call

    @tool
    @logged
    def f(item: str) -> str:
        return item

    assert list(f.input_schema["properties"]) == ["item"]
    assert f("tea") == "tea"


def test_a_bound_method_can_be_a_tool():
    class Shop:
        def price(self, item: str) -> str:
            return item

    bound = tool(Shop().price)
    assert list(bound.input_schema["properties"]) == ["item"]
    assert bound("tea") == "tea"


@pytest.mark.parametrize("kind", [ToolContext, Call, ToolContext | None])
def test_a_context_is_no_part_of_the_schema(kind):
    def f(item: str, context) -> str:
        return item

    f.__annotations__["context"] = kind
    assert list(tool(f).input_schema["properties"]) == ["item"]


def test_a_default_that_no_json_tells_is_the_functions_own_affair():
    marker = object()

    @tool
    def f(item: str = marker) -> bool:
        return item is marker

    assert "default" not in f.input_schema["properties"]["item"]
    assert f()


# --- what cannot work --------------------------------------------------------------------------


def positional_only(item: str, /): ...
def many(*items: str): ...
def named(**items: str): ...
def bare(item): ...
def method(self, item: str): ...
def unresolved(item: "Nowhere"): ...  # noqa: F821
def nested(item: "list[Nowhere]"): ...  # noqa: F821
def custom(item: complex): ...
def ambiguous(item: list[int] | set[int]): ...
def callback(item: type): ...


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (positional_only, "'item' is positional-only"),
        (many, "'items' takes any number of values"),
        (named, "'items' takes arguments of any name"),
        (bare, "'item' has no annotation"),
        (method, "'self' has no annotation.*bound one"),
        (unresolved, "parameter 'item' names 'Nowhere'"),
        (nested, "parameter 'item' names 'Nowhere'"),
        (custom, "'item' cannot come out of JSON: type <class 'complex'> is not supported"),
        (ambiguous, "'item' cannot come out of JSON: Type unions"),
        (callback, "'item' cannot come out of JSON"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_work_is_refused_when_it_is_decorated(function, says):
    with pytest.raises(TypeError, match=f"tool '{function.__name__}': .*{says}"):
        tool(function)


def generator():
    yield 1


async def stream():
    yield 1


@pytest.mark.parametrize(
    "thing", [3, "f", int, object(), functools.partial(print), min, price, generator, stream]
)
def test_only_functions_that_return_are_tools(thing):
    with pytest.raises(TypeError):
        tool(thing)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"name": ""}, ValueError),
        ({"name": "a\nb"}, ValueError),
        ({"name": 3}, ValueError),
        ({"timeout": 0}, ValueError),
        ({"timeout": float("inf")}, ValueError),
        ({"timeout": float("nan")}, ValueError),
        ({"timeout": True}, TypeError),
        ({"timeout": "5"}, TypeError),
        ({"max_result_chars": 0}, ValueError),
        ({"max_result_chars": 1.5}, TypeError),
        ({"nonsense": 1}, TypeError),
    ],
)
def test_options_out_of_range_are_refused(options, error):
    with pytest.raises(error):
        tool(**options)(bare_nothing)


def bare_nothing(): ...


def test_a_registry_makes_tools_of_functions():
    registry = ToolRegistry("shop", [bare_nothing])
    assert isinstance(registry.lookup("bare_nothing"), Tool)


def test_a_context_shows_the_type_of_its_state_alone():
    context = ToolContext(state={"password": "hunter2"}, server="shop", tool="price")
    assert "hunter2" not in f"{context} {context!r}"
    assert "state=<dict>" in repr(context)
    assert "server='shop'" in repr(context)
