"""Whether what was filled in fits a form: a flat JSON Schema of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["choices", "form_problem", "required_members"]


def form_problem(schema: Mapping[str, Any], content: object) -> str | None:
    """Return what is wrong with `content`; None if nothing is.

    Looked at: missing and unknown members, types, the choices of a list, bounds of numbers, lengths
    of texts and lists. Not looked at: ``pattern`` (a stranger's regular expression) and ``format``.
    """
    if not isinstance(content, dict):
        return f"the content of a form is a dictionary, not {shown(content)}"
    properties = _table(schema.get("properties"))
    for name in required_members(schema):
        if name not in content:
            return f"{shown(name)} is required"
    for name, value in content.items():
        if name not in properties:
            return f"the form has no {shown(name)}; it has {shown(sorted(properties))}"
        problem = _problem(_table(properties[name]), value)
        if problem:
            return f"{shown(name)} {problem}, not {shown(value)}"
    return None


def required_members(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the members that have to be there."""
    names = schema.get("required")
    return tuple(filter(_is_text, names)) if isinstance(names, list) else ()


def choices(field: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values that `field` of a form may have; none if it may have any."""
    listed = field.get("enum")
    if isinstance(listed, list):
        return tuple(listed)
    for word in ("oneOf", "anyOf"):
        entries = field.get(word)
        if isinstance(entries, list) and all("const" in _table(one) for one in entries):
            return tuple(one["const"] for one in entries)
    return ()


def _problem(field: Mapping[str, Any], value: object) -> str | None:
    kind = field.get("type")
    if isinstance(kind, str) and kind in _TYPES and not _TYPES[kind](value):
        return f"must be of type {kind}"
    allowed = choices(field)
    if allowed and not any(value == one and type(value) is type(one) for one in allowed):
        return f"must be one of {shown(list(allowed))}"
    if isinstance(value, list):
        item = _table(field.get("items"))
        problem = next(filter(None, (_problem(item, one) for one in value)), None)
        if problem:
            return f"has an entry that {problem}"
    return _out_of_bounds(field, value)


def _out_of_bounds(field: Mapping[str, Any], value: object) -> str | None:
    for word, measured, below in _BOUNDS:
        bound = field.get(word)
        if not isinstance(bound, int | float):
            continue
        size = value if measured is None else len(value) if isinstance(value, measured) else None
        if not isinstance(size, int | float) or isinstance(size, bool):
            continue
        if size < bound if below else size > bound:
            return f"must keep {word} {bound}"
    return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_integer(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0


_TYPES: Final[Mapping[str, Callable[[object], bool]]] = {
    "string": _is_text,
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": _is_number,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}

_BOUNDS: Final = (
    ("minimum", None, True),
    ("maximum", None, False),
    ("minLength", str, True),
    ("maxLength", str, False),
    ("minItems", list, True),
    ("maxItems", list, False),
)
"""The word, what it measures the length of (None: the number itself), and which side it bounds."""
