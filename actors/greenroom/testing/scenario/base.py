"""The form every step has: a frozen Struct whose name, in snake case, is its ``do``."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["StepBase"]


def _snake_case(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


class StepBase(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="do",
    tag=_snake_case,
):
    """One step of a scenario: frozen, comparable, and in files ``{"do": "its_name", ...}``."""
