"""Questions of Claude's wire as inquiries, and the answers to them as lines (CLI 2.1.329)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from greenroom.callbacks import Refusal
from greenroom.hooks import HookCall
from greenroom.permissions import (
    Allow,
    Deny,
    Dialog,
    DialogReply,
    ElicitationReply,
    PermissionRequest,
)
from greenroom.permissions import Elicitation as ElicitationInquiry
from greenroom.tools import ServerMessage
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import (
    CanUseTool,
    Elicitation,
    HookCallback,
    McpMessage,
    RequestUserDialog,
)
from greenroom_protocol.claude.control import (
    ElicitationAnswer,
    HookAnswer,
    McpAnswer,
    PermissionAllow,
    PermissionDeny,
    PermissionRequestOutput,
    encode_error,
    encode_success,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["encode_answer", "halts", "inquiry_of"]

_INQUIRIES: Final[dict[type, Callable[[Any], Any]]] = {
    CanUseTool: PermissionRequest.of,
    HookCallback: lambda asked: HookCall(
        callback_id=asked.callback_id, input=asked.input, tool_use_id=asked.tool_use_id
    ),
    McpMessage: lambda asked: ServerMessage(asked.server_name, asked.message),
    Elicitation: ElicitationInquiry.of,
    RequestUserDialog: Dialog.of,
}

_ANSWERS: Final[dict[type, Callable[[Any], Any]]] = {
    Allow: lambda answer: PermissionAllow(
        updated_input=UNSET if answer.input is None else answer.input,
        updated_permissions=answer.updates or UNSET,
    ),
    Deny: lambda answer: PermissionDeny(message=answer.reason, interrupt=answer.interrupt),
    DialogReply: lambda answer: answer.content,
    ElicitationReply: lambda answer: ElicitationAnswer(
        action=answer.action, content=UNSET if answer.content is None else answer.content
    ),
    HookAnswer: lambda answer: answer,
    McpAnswer: lambda answer: answer,
}


def inquiry_of(request: Any) -> Any:
    """Return what is asked, as the service that answers it knows it; an unknown one as it is."""
    make = _INQUIRIES.get(type(request))
    return request if make is None else make(request)


def encode_answer(request_id: str, answer: Any) -> bytes:
    """Return the line that gives `answer`.

    Raises:
        LocalProtocolError: it is no answer, or cannot be encoded.
    """
    if isinstance(answer, Refusal):
        return encode_error(request_id, answer.text)
    make = _ANSWERS.get(type(answer))
    if make is None:
        raise LocalProtocolError(f"{type(answer).__name__} is no answer to a question of the CLI")
    return encode_success(request_id, make(answer))


def halts(inquiry: Any, answer: Any) -> bool:
    """Whether `answer` ends the turn in which the CLI asked: a denial that interrupts.

    One that a sub-agent gets ends the sub-agent alone.
    """
    told = inquiry.input if isinstance(inquiry, HookCall) else {}
    if told.get("agent_id") or getattr(inquiry, "agent_id", None):
        return False
    if isinstance(answer, Deny):
        return answer.interrupt
    output = answer.hook_specific_output if isinstance(answer, HookAnswer) else None
    decision = output.decision if isinstance(output, PermissionRequestOutput) else None
    return isinstance(decision, PermissionDeny) and decision.interrupt
