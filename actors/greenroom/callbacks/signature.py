"""Callbacks take what they are asked, and the `Call` if they want it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks.call import Call

__all__ = ["with_call"]


def with_call(callback: Callable[..., Any], what: str) -> Callable[[Any, Call], Any]:
    """Return `callback` as a function of what is asked and the `Call`, whether it takes both.

    Args:
        callback: takes one or two positional arguments; one that has a default is left alone.
        what: names it in errors, as in ``"a permission handler"``.

    Raises:
        TypeError: it cannot be called, or with another number of arguments.
    """
    if not callable(callback):
        raise TypeError(f"{what} must be callable, not {callback!r:.100}")
    wanted = _wanted(callback)
    if wanted == 2 or wanted is None:  # noqa: PLR2004 - what is asked, and the call
        return callback
    if wanted == 1:
        return partial(_without_call, callback)
    raise TypeError(
        f"{what} takes what it is asked and, if it likes, the call: one or two arguments, not "
        f"the {wanted} of {callback!r:.100}"
    )


def _without_call(callback: Callable[[Any], Any], asked: Any, _call: Call) -> Any:
    return callback(asked)


def _wanted(callback: Callable[..., Any]) -> int | None:
    """Return how many arguments it must have; None: two will do, whatever they are called."""
    import inspect  # noqa: PLC0415 - it is heavy, and a session without callbacks needs it not

    try:
        parameters = inspect.signature(callback).parameters.values()
    except (TypeError, ValueError):  # a builtin that does not tell
        return 1
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    return sum(
        parameter.default is parameter.empty
        and parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
        for parameter in parameters
    )
