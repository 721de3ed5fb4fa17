"""Shapes that are given as a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.structured.problem import ShapeError, json_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema_rs import Validator

__all__ = ["raw_shape"]

_QUOTE: Final = "it"
"""What stands for the output in the validator's words."""


def raw_shape(returns: Mapping[str, Any]) -> tuple[dict[str, Any], Callable[[Any, str], Any]]:
    """Return the schema of a mapping, and how an output that fits it is read: as it is.

    A schema without ``$schema`` is one of draft 2020-12, or of draft 7 if it can only be that.
    References to other documents are never fetched.

    Raises:
        TypeError: it is no schema.
        ImportError: there is no validator.
    """
    given = _unpacked(returns)
    try:
        schema = msgspec.json.decode(msgspec.json.encode(given))
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"a JSON Schema must be JSON: {error!s:.200}") from None
    return schema, partial(_check, _validator(schema))


def _unpacked(returns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of ``{"type": "json_schema", …}``; others are schemas themselves."""
    if returns.get("type") != "json_schema":
        return returns
    packed = returns.get("json_schema", returns)
    schema = packed.get("schema") if isinstance(packed, Mapping) else None
    if not isinstance(schema, Mapping):
        raise TypeError(
            'of the form {"type": "json_schema", "schema": {…}} the schema is missing, or is no '
            "mapping"
        )
    return schema


def _validator(schema: dict[str, Any]) -> Validator:
    try:
        import jsonschema_rs  # noqa: PLC0415 - heavy, and an extra
    except ImportError:
        raise ImportError(
            "returns=<a JSON Schema> needs a validator: pip install 'greenroom[schema]'; or ask "
            "for a type, which needs none"
        ) from None
    options: Any = {"offline": True, "mask": _QUOTE}
    try:
        return jsonschema_rs.validator_for(schema, **options)
    except ValueError as error:
        if "$schema" not in schema:
            try:
                return jsonschema_rs.Draft7Validator(schema, **options)
            except ValueError:
                pass
        why = getattr(error, "message", None) or error
        raise TypeError(f"this is no JSON Schema: {why!s:.200}") from None


def _check(validator: Validator, raw: Any, root: str) -> Any:
    try:
        error = next(validator.iter_errors(raw), None)
    except (ValueError, RecursionError) as failure:
        raise ShapeError(root, f"it cannot be read: {type(failure).__name__}") from None
    if error is not None:
        raise ShapeError(json_path(error.instance_path, root), error.message)
    return raw
