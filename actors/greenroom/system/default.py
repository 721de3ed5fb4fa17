"""The default system, for programs that need no other: made at first use, closed at exit."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from greenroom.system.system import System

if TYPE_CHECKING:
    from greenroom.backends.base import Prompt
    from greenroom.system.query import QueryDict
    from greenroom.turn import Turn

__all__ = ["ask", "default_system"]

T = TypeVar("T")

_default: System | None = None
_default_lock = threading.Lock()


def default_system() -> System:
    """Return the default system, making it when there is none, it was closed, or in a fork."""
    global _default  # noqa: PLW0603 - the one default, made at first use
    with _default_lock:
        if _default is None or _default.closing:
            _default = System()
        return _default


@overload
def ask(prompt: Prompt, *, returns: type[T], **query: Unpack[QueryDict]) -> Turn[T]: ...
@overload
def ask(prompt: Prompt, *, returns: Any = None, **query: Unpack[QueryDict]) -> Turn[Any]: ...
def ask(prompt: Prompt, *, returns: Any = None, **query: Unpack[QueryDict]) -> Turn[Any]:
    """Ask one question through the default system; see :meth:`System.ask`."""
    return default_system().ask(prompt, returns=returns, **query)


def _forget_default() -> None:
    global _default, _default_lock
    # The parent's is of no use here, and its lock may be held for ever.
    _default, _default_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_default)
