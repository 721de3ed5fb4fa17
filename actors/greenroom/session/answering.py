"""How a turn is to be answered: what `returns=` and `repairs=` say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.structured import Shape
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["Answering"]


class Answering:
    """What a caller wants of an answer.

    Args:
        returns: the type or the schema of its structured output; None: it needs none.
        repairs: how often it may be asked for again.

    Raises:
        TypeError: nothing of the kind can be had.
        ValueError: `repairs` is negative.
    """

    def __init__(self, returns: Any, repairs: int) -> None:
        if type(repairs) is not int:  # True is no number of times
            raise TypeError(f"repairs must be an int, not {repairs!r:.100}")
        if repairs < 0:
            raise ValueError(f"repairs must be 0 or more, not {repairs}")
        self.repairs = repairs
        self._shape = None if returns is None else _shape_of(returns)

    def apply(self, options: OptionsDict) -> tuple[Any, Shape[Any] | None]:
        """Return the options of the turn with the schema among them, and the shape of its output.

        Raises:
            LocalProtocolError: the options name a schema, too.
        """
        if self._shape is None:
            return options, None
        if options.get("json_schema") is not None:
            raise LocalProtocolError("returns= and json_schema= both say what to return: give one")
        return {**options, "json_schema": self._shape.schema}, self._shape


def _shape_of(returns: Any) -> Shape[Any]:
    from greenroom.structured import Shape  # noqa: PLC0415 - most turns have none

    return Shape.of(returns)
