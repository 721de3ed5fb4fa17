"""Structured output: from a type to the schema a CLI is given, and from its output to a value."""

from greenroom.structured.problem import ShapeError
from greenroom.structured.repair import repair_prompt
from greenroom.structured.shape import Shape

__all__ = ["Shape", "ShapeError", "repair_prompt"]
