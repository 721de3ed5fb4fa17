"""The shape that an output is to have: its schema for the CLI, and the way to a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import msgspec

from greenroom.structured.problem import ShapeError
from greenroom.structured.wire_schema import VALUE, wire_schema

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Shape"]

T = TypeVar("T")


class Shape(Generic[T]):
    """What `returns=` asks for. Immutable, safe from any thread.

    Two shapes are equal if a CLI is given the same schema for them, whatever their values are in
    Python: a process that was started for one serves the other.

    Attributes:
        schema: of the object that the CLI is asked for; in words that its validator and the API
            both know, so it may allow more than the type does. Not to be changed.
        wrapped: the value is no object by itself and stands in the member ``value`` of one.
    """

    __slots__ = ("_key", "_read", "schema", "wrapped")

    def __init__(self, schema: dict[str, Any], read: Callable[[Any, str], T]) -> None:
        """Create a shape; see `of`.

        Args:
            schema: of the value, in any words.
            read: makes the value of plain data, given the path of that data for its `ShapeError`.
        """
        self.schema, self.wrapped = wire_schema(schema)
        self._key = msgspec.json.encode(self.schema, order="deterministic")
        self._read = read

    @overload
    @classmethod
    def of(cls, returns: Shape[T]) -> Shape[T]: ...
    @overload
    @classmethod
    def of(cls, returns: Mapping[str, Any]) -> Shape[Any]: ...
    @overload
    @classmethod
    def of(cls, returns: type[T]) -> Shape[T]: ...
    @overload
    @classmethod
    def of(cls, returns: Any) -> Shape[Any]: ...
    @classmethod
    def of(cls, returns: Any) -> Shape[Any]:
        """Return the shape of a type or of a JSON Schema.

        Args:
            returns: a type that msgspec knows (Struct, dataclass, TypedDict, NamedTuple, Enum,
                Literal, list, dict, unions, Annotated, …), a pydantic model or a type made of
                them, a JSON Schema as a mapping, or
                ``{"type": "json_schema", "schema": {…}}``.

        Raises:
            TypeError: it is none of these, or no schema can be made of it.
            ImportError: a JSON Schema, and the extra ``schema`` is not installed.
        """
        if isinstance(returns, Shape):
            return returns
        if isinstance(returns, Mapping):
            from greenroom.structured.raw import raw_shape as make  # noqa: PLC0415 - seldom needed
        else:
            from greenroom.structured.typed import typed_shape as make  # noqa: PLC0415 - as above
        return cls(*make(returns))

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Shape) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        text = self._key.decode()
        return f"<Shape {text if len(text) <= 80 else f'{text[:79]}…'}>"  # noqa: PLR2004 - a line

    def read(self, raw: Any) -> T:
        """Return the value that an output stands for.

        Takes time in proportion to the output, and runs what the type runs (``__post_init__``,
        validators): for any thread but a dispatcher's.

        Args:
            raw: the output as plain data, as in ``Completed.structured``.

        Raises:
            ShapeError: it does not fit.
        """
        if not self.wrapped:
            return self._read(raw, "$")
        if not isinstance(raw, dict) or VALUE not in raw:
            raise ShapeError("$", f"expected an object with the member `{VALUE}`")
        return self._read(raw[VALUE], f"$.{VALUE}")

    def within(self, partial: Any) -> Any:
        """Return what there is of the value in an incomplete output; UNSET: nothing yet."""
        if not self.wrapped or partial is msgspec.UNSET:
            return partial
        return partial.get(VALUE, msgspec.UNSET) if isinstance(partial, dict) else msgspec.UNSET
