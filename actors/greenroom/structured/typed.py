"""Shapes of Python types."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec

from greenroom.structured.problem import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["typed_shape"]

_PLACE: Final = re.compile(
    r"(?P<problem>.*) - at (?P<key>`key` in )?`(?P<place>\$[^`]*)`", re.DOTALL
)
_QUOTED: Final = re.compile(r"^(Invalid (?:enum )?value) .*", re.DOTALL)


def typed_shape(returns: Any) -> tuple[dict[str, Any], Callable[[Any, str], Any]]:
    """Return the schema of a type, and how a value of it is read.

    Raises:
        TypeError: no schema can be made of it.
    """
    if returns is None:
        raise TypeError("None cannot be asked for; leave `returns` away for a plain answer")
    if _has_models(returns):
        from greenroom.structured.pydantic_types import (  # noqa: PLC0415 - pydantic is heavy
            pydantic_shape,
        )

        return pydantic_shape(returns)
    try:
        return msgspec.json.schema(returns), partial(_convert, returns)
    except (TypeError, NameError, ValueError, RecursionError) as error:
        raise TypeError(_complaint(returns, error)) from None


def _has_models(returns: Any) -> bool:
    """Whether a type is a pydantic model, or made of one; pydantic need not be there for this."""
    if isinstance(returns, type) and hasattr(returns, "model_json_schema"):
        return True
    return any(map(_has_models, get_args(returns)))


def _convert(returns: Any, raw: Any, root: str) -> Any:
    try:
        return msgspec.convert(raw, returns, str_keys=True)
    except msgspec.ValidationError as error:
        raise _shape_error(str(error), root) from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise ShapeError(root, f"it cannot be read: {type(error).__name__}") from None


def _shape_error(text: str, root: str) -> ShapeError:
    """Return msgspec's words as an error of ours, without the values that it quotes."""
    found = _PLACE.fullmatch(text)
    problem = _QUOTED.sub(r"\1", text if found is None else found["problem"])
    if found is None:
        return ShapeError(root, problem)
    if found["key"]:
        problem = f"a key does not fit: {problem}"
    return ShapeError(root + found["place"][1:], problem)


def _complaint(returns: Any, error: Exception) -> str:
    why = str(error).splitlines()[-1] if str(error) else type(error).__name__
    return (
        f"no schema can be made of {_name(returns)}: {why:.200}; `returns` takes a type that "
        "msgspec or pydantic knows (a Struct, a dataclass, a TypedDict, list[int], …), or a JSON "
        "Schema as a dict"
    )


def _name(returns: Any) -> str:
    if isinstance(returns, type) and not get_args(returns):
        return f"{returns.__module__}.{returns.__qualname__}"
    return f"{returns!r:.100}"
