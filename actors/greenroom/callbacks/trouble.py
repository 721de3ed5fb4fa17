"""What went wrong with a callback, in plain words made where it ran."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.values.callback_failure import CallbackFault

__all__ = ["Trouble"]

_LONGEST: Final = 10_000
"""Characters of an error that are kept: it goes into logs, outcomes, and to models."""


class Trouble(NamedTuple):
    """An error of code that is not ours, harmless to look at.

    Asking the error itself would run its code, which may raise, block, or say megabytes; so that is
    done once, beside the actors.

    Attributes:
        fault: what went wrong.
        kind: class of the error.
        text: what it says.
        stack: its traceback, the end of it.
    """

    fault: CallbackFault
    kind: str
    text: str
    stack: str = ""

    @classmethod
    def of(cls, error: BaseException, fault: CallbackFault) -> Self:
        """Return what there is to be told of `error`; never raises."""
        kind = _asked(lambda: type(error).__name__) or "error"
        text = _asked(lambda: str(error)) or kind
        stack = _asked(lambda: "".join(traceback.format_exception(error))[-_LONGEST:])
        return cls(fault, kind, text, stack)


def _asked(ask: Callable[[], Any]) -> str:
    try:
        text = ask()
        return text[:_LONGEST] if type(text) is str else ""
    except BaseException:  # noqa: BLE001 - it is not our code, and has had its say
        return ""
