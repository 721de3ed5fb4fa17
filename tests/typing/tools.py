"""What `tool` promises of types; mypy checks this file, nothing runs it."""

from typing import Any, assert_type

from greenroom.tools import Tool, ToolRegistry, ToolUsage, tool


@tool
def price(item: str, *, currency: str = "EUR") -> float:
    """Tell what an item costs."""
    return len(item + currency)


@tool(timeout=5)
async def stock(item: str) -> int:
    """Tell how many are left."""
    return len(item)


async def a_tool_is_called_like_its_function() -> None:
    assert_type(price("tea", currency="USD"), float)
    assert_type(await stock("tea"), int)
    price(3)  # type: ignore[arg-type]
    price("tea", money="USD")  # type: ignore[call-arg]


def a_registry_keeps_the_types(registry: ToolRegistry) -> None:
    @registry.register
    def close(day: str) -> bool:
        return bool(day)

    assert_type(close("Monday"), bool)
    assert_type(registry.lookup("close"), Tool[..., Any])
    assert_type(registry.usage("close"), ToolUsage)
