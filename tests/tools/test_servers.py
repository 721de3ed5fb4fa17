"""The servers of a session: what they may be, how tools are called there, what is wrong."""

import pytest

from greenroom.tools import Gravity, ToolRegistry, ToolServers, is_tool_server, tool


@tool
def price(item: str) -> str:
    """What an item costs."""
    return item


@tool(name="in stock?")
def stock() -> bool:
    return True


def test_servers_are_given_as_registries_or_as_lists():
    registry = ToolRegistry("any", [price])
    servers = ToolServers.of({"shop": [price, stock], "other": registry, "third": (price,)})
    assert servers.names() == ("shop", "other", "third")
    assert repr(servers) == "<ToolServers shop, other, third>"


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ([price], True),
        ((), True),
        (ToolRegistry("shop"), True),
        ({"command": "x"}, False),
        ("shop", False),
        (None, False),
        (price, False),
        (ToolRegistry, False),
    ],
)
def test_what_is_served_here_is_told_from_what_is_not(value, is_one):
    assert is_tool_server(value) is is_one


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"a__b": [price]}, ValueError, "'a__b'"),
        ({"shop": [price, price]}, ValueError, "already has a tool 'price'"),
        ({"shop": price}, TypeError, r"given as a list: \[price\]"),
        ({"shop": print}, TypeError, r"given as a list: \[print\]"),
        ({"shop": {"command": "x"}}, TypeError, "'shop' must be a ToolRegistry"),
        ({"shop": "price"}, TypeError, "'shop' must be"),
        ({"shop": [3]}, TypeError, "made of a function"),
    ],
)
def test_what_cannot_be_served_is_refused(given, error, says):
    with pytest.raises(error, match=says):
        ToolServers.of(given)


def test_a_tool_is_known_by_both_of_its_names():
    servers = ToolServers.of({"shop": [price, stock]})
    assert servers.wire_name("shop", "price") == "mcp__shop__price"
    wire = servers.wire_name("shop", "in stock?")
    assert wire.startswith("mcp__shop__in_stock__")
    assert servers.lookup("mcp__shop__price") == ("shop", price)
    assert servers.lookup(wire) == servers.lookup("mcp__shop__in stock?") == ("shop", stock)


def test_unknown_names_are_errors():
    servers = ToolServers.of({"shop": [price]})
    with pytest.raises(KeyError, match="no MCP server 'shoe'"):
        servers.wire_name("shoe", "price")
    with pytest.raises(KeyError, match="did you mean 'price'"):
        servers.wire_name("shop", "prise")
    with pytest.raises(KeyError, match="mcp__shop__prise"):
        servers.lookup("mcp__shop__prise")


def test_nothing_is_wrong_with_sound_tools():
    assert ToolServers.of({"shop": [price]}).check() == []


def test_what_is_odd_is_a_warning():
    problems = ToolServers.of({"shop": [stock], "empty": []}).check()
    assert {problem.gravity for problem in problems} == {Gravity.WARNING}
    assert [(problem.server, problem.tool) for problem in problems] == [
        ("shop", "in stock?"),
        ("shop", "in stock?"),
        ("empty", None),
    ]
    texts = " ".join(problem.text for problem in problems)
    assert "mcp__shop__in_stock__" in texts
    assert "no description" in texts
    assert "no tools" in texts


@pytest.mark.parametrize(
    "schema", [{"type": "array"}, {"type": "object", "properties": {"a": {"$ref": "#/$defs/B"}}}]
)
def test_a_schema_that_was_made_unusable_is_an_error(schema):
    broken = tool(name="broken")(lambda: None)
    broken.input_schema = schema
    (first, *_) = ToolServers.of({"shop": [stock, broken]}).check()
    assert (first.gravity, first.tool) == (Gravity.ERROR, "broken")
