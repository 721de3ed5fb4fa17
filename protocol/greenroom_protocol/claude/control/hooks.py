"""Answers to `hook_callback`.

The CLI reads an answer of the wrong shape as "no opinion" (2.1.329): a deny with a typo allows.
So an answer is typed, and one given as a dictionary is checked name by name before it is sent.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from greenroom_protocol.claude.control.hook_outputs import OUTPUTS, HookOutput
from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["HookAnswer", "hook_answer"]


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


def _output(output: object) -> HookOutput | Mapping[str, Any]:
    data = msgspec.to_builtins(output) if isinstance(output, Struct) else output
    if not isinstance(data, Mapping) or not isinstance(data.get("hookEventName"), str):
        raise LocalProtocolError(
            f"hookSpecificOutput is a dictionary with a hookEventName, not {shown(output)}",
        )
    kind = OUTPUTS.get(data["hookEventName"])
    return dict(data) if kind is None else msgspec.convert(data, kind, from_attributes=True)
