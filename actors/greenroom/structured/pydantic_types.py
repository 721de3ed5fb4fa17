"""Shapes of pydantic models, and of types that are made of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError

from greenroom.structured.problem import ShapeError, json_path

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["pydantic_shape"]


def pydantic_shape(returns: Any) -> tuple[dict[str, Any], Callable[[Any, str], Any]]:
    """Return the schema of a type, and how a value of it is read.

    Raises:
        TypeError: pydantic can make no schema of it.
    """
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(returns)
        return adapter.json_schema(), partial(_validate, adapter)
    except (
        PydanticInvalidForJsonSchema,
        PydanticSchemaGenerationError,
        PydanticUserError,
        NameError,
    ) as error:
        why = str(error).splitlines()[0]
        raise TypeError(f"pydantic can make no schema of {returns!r:.100}: {why:.200}") from None


def _validate(adapter: TypeAdapter[Any], raw: Any, root: str) -> Any:
    try:
        return adapter.validate_json(msgspec.json.encode(raw))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
        problem = details[0]["msg"]
        raise ShapeError(json_path(details[0]["loc"], root), problem + more) from None
    except (ValueError, RecursionError) as error:
        raise ShapeError(root, f"it cannot be read: {type(error).__name__}") from None
