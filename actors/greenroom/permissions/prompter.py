"""Who asks a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from greenroom.callbacks import Call
    from greenroom.permissions.inquiry import Inquiry

__all__ = ["Prompter"]


@runtime_checkable
class Prompter(Protocol):
    """Asks a person, or whatever stands for one, for as long as it takes."""

    def ask(self, inquiry: Inquiry, call: Call, /) -> Any:
        """Return the answer, or something to be awaited for it: a coroutine or a `Future`.

        It may block: it runs on a worker thread, or on the caller's event loop if it is a
        coroutine function. When `call.signal` is set nobody waits for the answer any more.

        Returns:
            `Allow` or `Deny` to a `PermissionRequest`, `Answers` or `Deny` to `UserQuestions`, an
            `ElicitationReply` to an `Elicitation`, a `DialogReply` or a `Refusal` to a `Dialog`.
            Anything else, and an error, is answered as if nobody had allowed it.
        """
