"""Answers whatever the CLI asks about permissions, questions, forms and dialogs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from greenroom.callbacks import CallbackFailure, CallbackFault, Errand, Refusal, with_call
from greenroom.permissions.answers import Ask, Deny
from greenroom.permissions.dialog import Dialog
from greenroom.permissions.elicitation import Elicitation, ElicitationReply
from greenroom.permissions.inquiry import check_answer, closed_answer
from greenroom.permissions.prompter import Prompter
from greenroom.permissions.questions import ASKING_TOOL, Answers, UserQuestions
from greenroom.permissions.request import PermissionRequest
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks import Call
    from greenroom.permissions.inquiry import Inquiry

__all__ = ["PermissionService"]

_NOBODY: Final = (
    "Nobody allowed this: the session is unattended and has no permission handler, so a tool "
    "that needs a permission does not run. Whoever runs the session can give it "
    "`permissions=` (a function or a Policy) or `prompter=`."
)
_NO_PERSON: Final = (
    "Nobody allowed this: the permission handler wants a person to decide, and in this session "
    "nobody can be asked. Whoever runs the session can give it a `prompter=`."
)
_NO_ANSWERS: Final = (
    "Nobody can be asked: this session is unattended. Do not ask again. Decide by yourself what "
    "serves the task best, go on, and say in your answer what you assumed."
)
_NO_QUESTIONS: Final = (
    "These are no questions that can be put to a person. Ask each question once, with a text and "
    "options that have labels, or decide by yourself."
)
_NO_DIALOG: Final = "this session is unattended: nobody can be shown a dialog"

_FAULTS: Final[Mapping[CallbackFault, str]] = {
    CallbackFault.RAISED: "it raised an error",
    CallbackFault.OVERDUE: "it did not answer in time",
    CallbackFault.BAD_ANSWER: "what it answered is no answer",
    CallbackFault.CANCELLED: "nobody waited for it any more",
    CallbackFault.UNREACHABLE: "it could not be run",
}
"""What the model may know of a failure; the rest is for the record."""


@final
class PermissionService:
    """Decides with a handler and a prompter what becomes of a question. Stateless.

    Whatever is missing, fails, or answers something odd, denies.

    Args:
        handler: called with a `PermissionRequest` and, if it takes two arguments, the `Call`;
            answers `Allow`, `Deny` or `Ask`. It may be a coroutine function.
        prompter: is asked what the handler wants asked, every request if there is no handler, and
            all that is meant for a person in any case: questions, elicitations, dialogs.

    Raises:
        TypeError: the handler cannot be called so, or the prompter is none.
    """

    def __init__(
        self, handler: Callable[..., Any] | None = None, prompter: Prompter | None = None
    ) -> None:
        if prompter is not None and not _can_ask(prompter):
            raise TypeError(
                f"a prompter is an object with a method `ask(inquiry, call)`, not {shown(prompter)}"
            )
        _reject_lookalikes(handler)
        self._handler = None if handler is None else with_call(handler, "a permission handler")
        self._name = "permission handler " + getattr(
            handler, "__qualname__", type(handler).__name__
        )
        self._prompter = prompter

    def answer(self, inquiry: Any) -> Any:
        """Return the answer, or the errand that finds it."""
        if isinstance(inquiry, PermissionRequest):
            return self._request(inquiry)
        if not isinstance(inquiry, UserQuestions | Elicitation | Dialog):
            return Refusal(f"greenroom: nothing in this session answers {type(inquiry).__name__}")
        if self._prompter is None:
            return _unattended(inquiry)
        return self._ask(inquiry)

    def _request(self, request: PermissionRequest) -> Any:
        if request.tool_name == ASKING_TOOL:
            try:
                questions = UserQuestions.of(request)
            except ValueError:  # of the model: it reads what to do instead
                return Deny(_NO_QUESTIONS if self._prompter else _NO_ANSWERS)
            return self.answer(questions)
        if self._handler is not None:
            return self._handle(request)
        return Deny(_NOBODY) if self._prompter is None else self._ask(request)

    def _handle(self, request: PermissionRequest) -> Errand:
        assert self._handler is not None
        return Errand(
            name=self._name,
            call=partial(_with_a_copy, self._handler, request),
            then=partial(self._handled, request),
            closed=partial(_failed, request, "permission handler"),
            tool_use_id=request.tool_use_id or None,
            agent_id=request.agent_id,
        )

    def _handled(self, request: PermissionRequest, answer: object) -> Any:
        if not isinstance(answer, Ask):
            check_answer(request, answer)
            return answer
        if self._prompter is None:
            return Deny(f"{_NO_PERSON} It said: {answer.prompt}" if answer.prompt else _NO_PERSON)
        return self._ask(request, answer.prompt)

    def _ask(self, inquiry: Inquiry, prompt: str = "") -> Errand:
        assert self._prompter is not None
        asked = inquiry
        if prompt and isinstance(inquiry, PermissionRequest):
            asked = msgspec.structs.replace(inquiry, prompt=prompt)
        return Errand(
            name=f"prompter {type(self._prompter).__qualname__}",
            call=partial(_with_a_copy, self._prompter.ask, asked),
            then=partial(_prompted, inquiry),
            closed=partial(_failed, inquiry, "prompter"),
            unlimited=True,
            tool_use_id=getattr(inquiry, "tool_use_id", None) or None,
            agent_id=getattr(inquiry, "agent_id", None),
        )


def _reject_lookalikes(handler: object) -> None:
    """Name the right place for what is often put in place of a handler."""
    if callable(handler):
        return
    if isinstance(handler, Mapping | list | tuple):
        raise TypeError(f"rules become a permission handler by Policy.of(...): {shown(handler)}")
    if _can_ask(handler):
        raise TypeError(f"{shown(handler)} is a prompter: give it as prompter=, not permissions=")


def _can_ask(prompter: object) -> bool:
    return isinstance(prompter, Prompter) and not isinstance(prompter, type)


def _with_a_copy(ask: Callable[[Any, Call], Any], inquiry: Inquiry, call: Call) -> Any:
    # Who is asked next must see what the CLI would run, not what somebody made of it in place.
    return ask(copy.deepcopy(inquiry), call)


def _prompted(inquiry: Inquiry, answer: Any) -> Any:
    check_answer(inquiry, answer)
    if isinstance(answer, Answers):
        assert isinstance(inquiry, UserQuestions)
        return answer.allow(inquiry)
    return answer


def _failed(inquiry: Inquiry, who: str, failure: CallbackFailure) -> Any:
    if isinstance(inquiry, Elicitation):
        return ElicitationReply("cancel")  # nobody said no
    what = _FAULTS.get(failure.fault, "it gave no answer")
    if failure.fault is CallbackFault.RAISED and failure.error_type:
        what = f"it raised {failure.error_type}"
    return closed_answer(
        inquiry, f"Nobody allowed this: the {who} of this session failed ({what})."
    )


def _unattended(inquiry: Inquiry) -> Any:
    return closed_answer(inquiry, _NO_ANSWERS if isinstance(inquiry, UserQuestions) else _NO_DIALOG)
