"""Which method handles which message: a table per actor class.

    class Counter(Actor):
        @handles(Increment)
        def increment(self, message: Increment) -> int: ...

A subclass inherits the table. It may override a handler by its method's name, or
by naming another method for the same type. A message's own class decides,
not its base classes; what has no handler goes to `on_receive`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

__all__ = ["Handler", "build_table", "handles"]

Handler = Callable[[Any, Any], Any]
_Method = TypeVar("_Method", bound=Callable[..., Any])

_MARK = "_greenroom_handles"


def handles(*message_types: type) -> Callable[[_Method], _Method]:
    """Mark a method as the handler of messages of exactly these types."""
    if not message_types or not all(isinstance(kind, type) for kind in message_types):
        raise TypeError(
            f"handles() takes the types of messages, as in @handles(Tick); got {message_types!r}"
        )

    def mark(method: _Method) -> _Method:
        setattr(method, _MARK, message_types)
        return method

    return mark


def build_table(actor_class: type) -> Mapping[type, Handler]:
    """Return the handlers of `actor_class`, by type of message."""
    names: dict[type, str] = {}
    for base in reversed(actor_class.__mro__):
        for name, member in vars(base).items():
            for message_type in getattr(member, _MARK, ()):
                names[message_type] = name
    return MappingProxyType({kind: getattr(actor_class, name) for kind, name in names.items()})
