"""Everything that can be asked, and which answer fits what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from greenroom.callbacks import Refusal
from greenroom.permissions.answers import Allow, Deny
from greenroom.permissions.dialog import Dialog, DialogReply
from greenroom.permissions.elicitation import Elicitation, ElicitationReply
from greenroom.permissions.errors import BadAnswerError
from greenroom.permissions.questions import Answers, UserQuestions
from greenroom.permissions.request import PermissionRequest
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Inquiry", "check_answer", "closed_answer"]

Inquiry = PermissionRequest | UserQuestions | Elicitation | Dialog
"""What a prompter may be asked."""

Answer = Allow | Deny | Answers | ElicitationReply | DialogReply
"""What it may answer, if it fits; a dialog can also get a `Refusal`."""

_FITTING: Final[Mapping[type, tuple[type, ...]]] = {
    PermissionRequest: (Allow, Deny),
    UserQuestions: (Answers, Deny),
    Elicitation: (ElicitationReply,),
    Dialog: (DialogReply, Refusal),
}


def check_answer(inquiry: Inquiry, answer: Any) -> None:
    """Raise BadAnswerError unless `answer` is one to `inquiry`."""
    fitting = _FITTING[type(inquiry)]
    if type(answer) not in fitting:
        names = " or ".join(kind.__name__ for kind in fitting)
        raise BadAnswerError(
            f"{type(inquiry).__name__} is answered by {names}, not by {shown(answer)}"
        )
    problem: str | None = None
    if isinstance(answer, Answers | ElicitationReply):
        problem = answer.problem(cast("Any", inquiry))
    if problem:
        raise BadAnswerError(f"{type(answer).__name__} does not fit what was asked: {problem}")


def closed_answer(inquiry: Inquiry, reason: str) -> Deny | ElicitationReply | Refusal:
    """Return the answer that allows nothing; `reason` may reach the model."""
    if isinstance(inquiry, Elicitation):
        return ElicitationReply("decline")
    return Refusal(reason) if isinstance(inquiry, Dialog) else Deny(reason)
