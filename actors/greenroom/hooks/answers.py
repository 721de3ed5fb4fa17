"""From what a hook returned, or how it failed, to what the CLI is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Struct

from greenroom.callbacks import CallbackFault, Refusal
from greenroom.hooks.events import EVENTS, NEW_EVENT
from greenroom.hooks.opinion import Opinion, deny, spelled
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.control import HookAnswer, hook_answer
from greenroom_protocol.claude.control.hook_outputs import HookOutput

if TYPE_CHECKING:
    from greenroom.callbacks import CallbackFailure

__all__ = ["checked_answer", "closed_answer"]

_REFUSED: Final = {
    "PreToolUse": "the tool was not run",
    "PermissionRequest": "the permission is refused",
    "UserPromptSubmit": "the prompt is blocked",
    "UserPromptExpansion": "the command is blocked",
    "PreModelSwitch": "the model stays as it is",
}
"""Events that are refused in so many words when a hook fails; others by an error."""

_FAULTS: Final = {
    CallbackFault.RAISED: "failed",
    CallbackFault.OVERDUE: "did not answer in time",
    CallbackFault.BAD_ANSWER: "gave an answer that cannot be used",
    CallbackFault.CANCELLED: "was cancelled",
    CallbackFault.UNREACHABLE: "could not be run",
}


def checked_answer(name: str, result: Any) -> HookAnswer:
    """Return the answer that a hook of the event `name` means by `result`.

    The CLI reads what it does not know as "no opinion", which would allow; so nothing is let
    through that the event has no use for.

    Raises:
        LocalProtocolError: the answer is none, or none for this event.
    """
    event = EVENTS.get(name, NEW_EVENT)
    if isinstance(result, Opinion):
        result = spelled(result, name, event)
    elif isinstance(result, HookOutput):
        result = HookAnswer(hook_specific_output=result)
    answer = hook_answer(result)
    if answer.decision is not UNSET and not event.decides:
        raise LocalProtocolError(f"a hook of {name} has nothing to decide about")
    if event is not NEW_EVENT:
        _check_reasons(answer)
    if answer.async_ is True and answer != HookAnswer(
        async_=True, async_timeout=answer.async_timeout
    ):
        raise LocalProtocolError("the CLI drops whatever a hook says together with 'async'")
    if answer.hook_specific_output is not UNSET:
        _check_output(name, answer)
    return answer


def closed_answer(name: str, *, blocking: bool, failure: CallbackFailure) -> HookAnswer | Refusal:
    """Return the answer for a hook of the event `name` that failed.

    A :class:`Refusal` leaves it to the CLI: with ``onFailure: block`` it blocks what can be
    blocked, else it goes on without an opinion. No text of the error is passed on: the model reads
    the answer.
    """
    how = _FAULTS[failure.fault]
    kind = f" ({failure.error_type})" if failure.error_type else ""
    text = f"{failure.callback} {how}{kind}"
    if blocking and name in _REFUSED:
        return spelled(deny(f"{text}; {_REFUSED[name]}"), name, EVENTS[name])
    return Refusal(text)


def _check_reasons(answer: HookAnswer) -> None:
    """Refuse a reason for nothing: whoever gave it meant to forbid something."""
    if answer.reason is not UNSET and answer.decision is UNSET:
        raise LocalProtocolError("a reason goes with decision='block'; alone it forbids nothing")
    if answer.stop_reason is not UNSET and answer.continue_ is not False:
        raise LocalProtocolError("stopReason goes with continue: False; alone it stops nothing")


def _check_output(name: str, answer: HookAnswer) -> None:
    output = answer.hook_specific_output
    given = _event_of(output)
    if given != name:
        raise LocalProtocolError(f"a hook of {name} cannot answer as one of {given}")
    if name in EVENTS and EVENTS[name].output is None:
        raise LocalProtocolError(f"the event {name} has no output of its own")
    if answer.decision is not UNSET and getattr(output, "permission_decision", UNSET) is not UNSET:
        raise LocalProtocolError("give one of decision and permissionDecision, not both")


def _event_of(output: Any) -> str:
    if isinstance(output, Struct):
        return str(output.__struct_config__.tag)
    return str(output["hookEventName"])
