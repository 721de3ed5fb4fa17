"""A shop whose tools the model calls, and what it is told."""

from __future__ import annotations

from typing import Annotated

from greenroom import tool
from greenroom.testing.fake_anthropic import ToolUse

PRICES = {"tea": 2.5, "cake": 4.0}


@tool
def price(item: Annotated[str, "what to buy"]) -> float:
    """Tell what something costs."""
    return PRICES[item]


def call(name, **arguments):
    """A call of a tool of the shop by the model."""
    return ToolUse(f"mcp__shop__{name}", arguments)


def results(got):
    """What the model was told: whether a call failed, and its text."""
    return [(bool(call.result.is_error), text_of(call.result.content)) for call in got.tool_calls]


def text_of(content):
    if isinstance(content, str):
        return content
    return "".join(block.get("text", f"<{block['type']}>") for block in content)


def shown_tools(request):
    """The tools the model was shown, by their name."""
    return {each["name"]: each for each in request.body["tools"]}
