"""Answers in one word, for whichever event the hook is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET

from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.control import (
    HookAnswer,
    ModelSwitchOutput,
    PermissionAllow,
    PermissionDeny,
    PermissionRequestOutput,
    PreToolUseOutput,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.hooks.events import Event

__all__ = ["Opinion", "add_context", "allow", "ask", "block", "defer", "deny", "spelled", "stop"]

_Verb: TypeAlias = Literal["allow", "deny", "ask", "defer", "stop", "add_context"]


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """What a hook has to say; made by the functions of this module."""

    verb: _Verb
    text: str | None = None
    updated_input: Mapping[str, Any] | None = None


def allow(reason: str | None = None, *, updated_input: Mapping[str, Any] | None = None) -> Opinion:
    """Let it happen and ask nobody: PreToolUse, PermissionRequest, PreModelSwitch.

    Rules that deny still do. `updated_input` takes the place of what the model asked for.
    """
    return Opinion(verb="allow", text=reason, updated_input=updated_input)


def deny(reason: str) -> Opinion:
    """Forbid it; the model, or whoever asked, reads `reason`. The same as `block`.

    For every event that announces something: a tool call, a permission, a prompt, a change of the
    model, a compaction, an end (then the model goes on, with `reason` as its next prompt).
    """
    return Opinion(verb="deny", text=reason)


block = deny
"""The same as `deny`."""


def ask(reason: str | None = None) -> Opinion:
    """Have the permission handler asked (PreToolUse, PreModelSwitch)."""
    return Opinion(verb="ask", text=reason)


def defer() -> Opinion:
    """End the turn with the call left undone, for somebody to decide about (PreToolUse)."""
    return Opinion(verb="defer")


def stop(reason: str | None = None) -> Opinion:
    """End the turn. A tool that the event announces still runs: to forbid it, `deny`."""
    return Opinion(verb="stop", text=reason)


def add_context(text: str) -> Opinion:
    """Tell the model `text`, at the place of the event."""
    return Opinion(verb="add_context", text=text)


def spelled(opinion: Opinion, name: str, event: Event) -> HookAnswer:
    """Return the answer that says so for the event `name`.

    Raises:
        LocalProtocolError: the event cannot be answered like that.
    """
    if opinion.text is not None and not isinstance(opinion.text, str):
        raise LocalProtocolError(f"a hook's {opinion.verb}() takes a text")
    if opinion.verb == "stop":
        return HookAnswer(continue_=False, stop_reason=_or_unset(opinion.text))
    if opinion.verb == "add_context" and event.takes_context and event.output is not None:
        output = {"hookEventName": name, "additionalContext": opinion.text}
        return HookAnswer(hook_specific_output=msgspec.convert(output, event.output))
    decide = _DECIDE.get(name)
    answer = decide(opinion) if decide else None
    if answer is not None:
        return HookAnswer(hook_specific_output=answer)
    if opinion.verb == "deny" and event.decides and decide is None:
        return HookAnswer(decision="block", reason=_or_unset(opinion.text))
    raise LocalProtocolError(f"a hook of {name} cannot answer {opinion.verb}")


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


def _tool_use(opinion: Opinion) -> PreToolUseOutput | None:
    verb = opinion.verb
    if verb == "stop" or verb == "add_context":  # noqa: PLR1714 - mypy narrows this, not a set
        return None
    return PreToolUseOutput(
        permission_decision=verb,
        permission_decision_reason=_or_unset(opinion.text),
        updated_input=_or_unset(opinion.updated_input),
    )


def _permission(opinion: Opinion) -> PermissionRequestOutput | None:
    if opinion.verb == "deny":
        return PermissionRequestOutput(decision=PermissionDeny(message=opinion.text or ""))
    if opinion.verb == "allow":
        allowed = PermissionAllow(updated_input=_or_unset(opinion.updated_input))
        return PermissionRequestOutput(decision=allowed)
    return None


def _model_switch(opinion: Opinion) -> ModelSwitchOutput | None:
    verb = opinion.verb
    if opinion.updated_input is not None:
        return None
    if verb == "allow" or verb == "deny" or verb == "ask":  # noqa: PLR1714 - see above
        return ModelSwitchOutput(
            permission_decision=verb, permission_decision_reason=_or_unset(opinion.text)
        )
    return None


_DECIDE: Final[Mapping[str, Callable[[Opinion], Any]]] = {
    "PreToolUse": _tool_use,
    "PermissionRequest": _permission,
    "PreModelSwitch": _model_switch,
}
"""Events whose decision has a form of its own."""
