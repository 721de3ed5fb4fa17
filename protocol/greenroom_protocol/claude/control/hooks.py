"""Answers to `hook_callback`.

The CLI reads an answer of the wrong shape as "no opinion" (2.1.329): a deny with a typo allows.
So an answer is typed, and one given as a dictionary is checked name by name before it is sent.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from greenroom_protocol.claude.control.permissions import PermissionAllow, PermissionDeny
from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = [
    "HookAnswer",
    "MessageDisplayOutput",
    "ModelSwitchOutput",
    "PermissionRequestOutput",
    "PostToolUseOutput",
    "PreToolUseOutput",
    "hook_answer",
]


class _Output(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="hookEventName",
    rename="camel",
    forbid_unknown_fields=True,
):
    pass


class PreToolUseOutput(_Output, frozen=True, kw_only=True, tag="PreToolUse"):
    """Decide about a tool call; `defer` ends the turn with `deferred_tool_use`."""

    permission_decision: Literal["allow", "deny", "ask", "defer"] | UnsetType = UNSET
    permission_decision_reason: str | UnsetType = UNSET
    updated_input: Mapping[str, Any] | UnsetType = UNSET
    additional_context: str | UnsetType = UNSET


class PostToolUseOutput(_Output, frozen=True, kw_only=True, tag="PostToolUse"):
    """Add to or replace what the model sees; a replacement has the shape of the tool's output."""

    additional_context: str | UnsetType = UNSET
    updated_tool_output: Any | UnsetType = UNSET


class PermissionRequestOutput(_Output, frozen=True, kw_only=True, tag="PermissionRequest"):
    """Answer a permission prompt; `can_use_tool` is asked at the same time, the first one wins."""

    decision: PermissionAllow | PermissionDeny


class ModelSwitchOutput(_Output, frozen=True, kw_only=True, tag="PreModelSwitch"):
    """Decide about a change of the model."""

    permission_decision: Literal["allow", "deny", "ask"] | UnsetType = UNSET
    permission_decision_reason: str | UnsetType = UNSET


class MessageDisplayOutput(_Output, frozen=True, kw_only=True, tag="MessageDisplay"):
    """Replace the text that is shown."""

    display_content: str | UnsetType = UNSET


TypedOutput = (
    PreToolUseOutput
    | PostToolUseOutput
    | PermissionRequestOutput
    | ModelSwitchOutput
    | MessageDisplayOutput
)
_TYPED = {str(kind.__struct_config__.tag): kind for kind in TypedOutput.__args__}


class HookAnswer(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a hook has to say; `HookAnswer()` is "no opinion".

    `continue_=False` ends the turn, but from PreToolUse and PostToolUse only after the tool has
    run: to refuse a tool use `PreToolUseOutput(permission_decision="deny")`.
    """

    continue_: bool | UnsetType = field(default=UNSET, name="continue")
    stop_reason: str | UnsetType = UNSET
    suppress_output: bool | UnsetType = UNSET
    system_message: str | UnsetType = UNSET
    decision: Literal["approve", "block"] | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    hook_specific_output: Any | UnsetType = UNSET
    """One of the `...Output` Structs, or a dictionary with a `hookEventName`."""
    async_: bool | UnsetType = field(default=UNSET, name="async")
    async_timeout: int | UnsetType = UNSET
    """Milliseconds."""


_WIRE_NAMES = dict(
    zip(HookAnswer.__struct_fields__, HookAnswer.__struct_encode_fields__, strict=True)
)


def hook_answer(answer: HookAnswer | Mapping[str, Any] | None) -> HookAnswer:
    """Return a checked answer; None is "no opinion".

    A dictionary may use the wire's names (`hookSpecificOutput`, `continue`) or Python's
    (`hook_specific_output`, `continue_`).

    Raises:
        LocalProtocolError: a name or a value is not one the CLI knows; treat it as a refusal.
    """
    if answer is None:
        return HookAnswer()
    if isinstance(answer, HookAnswer):
        answer = {
            wire: value
            for python, wire in _WIRE_NAMES.items()
            if (value := getattr(answer, python)) is not UNSET
        }
    if not isinstance(answer, Mapping):
        raise LocalProtocolError(
            f"a hook answers a HookAnswer or a dictionary, not {shown(answer)}"
        )
    wire = {_wire_name(name): value for name, value in answer.items()}
    output = wire.pop("hookSpecificOutput", UNSET)
    try:
        checked = msgspec.convert(wire, HookAnswer)
        if output is not UNSET:
            checked = msgspec.structs.replace(checked, hook_specific_output=_output(output))
    except msgspec.ValidationError as error:
        raise LocalProtocolError(f"the answer of a hook is wrong: {error}") from None
    return checked


def _wire_name(name: object) -> str:
    known = str(name)
    if known in _WIRE_NAMES.values():
        return known
    if known in _WIRE_NAMES:
        return _WIRE_NAMES[known]
    import difflib  # noqa: PLC0415 - only a mistake needs it

    close = difflib.get_close_matches(known, _WIRE_NAMES.values(), n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise LocalProtocolError(f"the answer of a hook has no member {shown(name)}{hint}")


def _output(output: object) -> TypedOutput | Mapping[str, Any]:
    data = msgspec.to_builtins(output) if isinstance(output, Struct) else output
    if not isinstance(data, Mapping) or not isinstance(data.get("hookEventName"), str):
        raise LocalProtocolError(
            f"hookSpecificOutput is a dictionary with a hookEventName, not {shown(output)}",
        )
    kind = _TYPED.get(data["hookEventName"])
    return dict(data) if kind is None else msgspec.convert(data, kind, from_attributes=True)
