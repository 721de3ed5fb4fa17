"""The structured output of most tests: a type, what fits it, and turns that return it."""

import msgspec

from greenroom.testing.scenario import Result, Text


class Weather(msgspec.Struct):
    city: str
    degrees: float


GOOD = {"city": "Oslo", "degrees": -3.5}
OSLO = Weather("Oslo", -3.5)
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}


def given(output, *before, text="There."):
    """The steps of a turn that returns `output`."""
    return [*before, Result(text=text, fields={"structured_output": output})]


def missing(text="I would rather not."):
    """The steps of a turn that ends well and returns nothing."""
    return [Text(text)]
