"""A text that is used but never shown."""

from __future__ import annotations

from typing import NoReturn, final

__all__ = ["Secret"]

_MASK = "***"


@final
class Secret:
    """A credential that only `reveal()` gives back.

    `repr`, `str`, formatting and reprs of whatever holds it show `***`; pickling raises, and
    both `json` and msgspec refuse to encode it. Copies are the object itself. Comparison with
    another secret takes the same time wherever the two differ; a plain string is never equal.
    Immutable, hence safe to share between threads.

    Raises:
        TypeError: the value is not a `str`.
    """

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a Secret holds a str, not {type(value).__name__}")
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """Return the text itself; hand it on at once and keep it out of variables that live."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_MASK!r})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # noqa: PLC0415 - it brings OpenSSL along, and few secrets are compared

        return hmac.compare_digest(_bytes(self._value), _bytes(other._value))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Secret is immutable; it has no {name!r} to set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Secret is immutable; it has no {name!r} to delete")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret cannot be pickled; send the name of where it is kept instead")


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
