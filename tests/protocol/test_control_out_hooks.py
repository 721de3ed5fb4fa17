"""Answers of hooks: a wrong one must not become "no opinion"."""

import msgspec
import pytest

from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.control import (
    HookAnswer,
    PermissionDeny,
    PermissionRequestOutput,
    PreToolUseOutput,
    hook_answer,
)

DENY = {"hookEventName": "PreToolUse", "permissionDecision": "deny"}


def wire(answer):
    return msgspec.to_builtins(hook_answer(answer))


@pytest.mark.parametrize("answer", [None, {}, HookAnswer()])
def test_no_opinion_is_an_empty_answer(answer):
    assert wire(answer) == {}


def test_names_that_python_reserves_are_renamed():
    assert wire({"continue_": False, "async_": True}) == {"continue": False, "async": True}


@pytest.mark.parametrize(
    "answer",
    [
        {"stopReason": "x", "systemMessage": "y", "suppressOutput": True},
        {"stop_reason": "x", "system_message": "y", "suppress_output": True},
        HookAnswer(stop_reason="x", system_message="y", suppress_output=True),
    ],
    ids=["wire", "python", "typed"],
)
def test_both_spellings_give_the_names_of_the_wire(answer):
    assert wire(answer) == {"stopReason": "x", "systemMessage": "y", "suppressOutput": True}


@pytest.mark.parametrize(
    "answer",
    [
        {"hookSpecificOutput": DENY},
        {"hook_specific_output": PreToolUseOutput(permission_decision="deny")},
        HookAnswer(hook_specific_output=PreToolUseOutput(permission_decision="deny")),
    ],
    ids=["wire", "python", "typed"],
)
def test_a_refusal_arrives_as_one(answer):
    assert wire(answer) == {"hookSpecificOutput": DENY}


def test_a_permission_request_carries_a_decision():
    output = PermissionRequestOutput(decision=PermissionDeny(message="no"))
    assert wire(HookAnswer(hook_specific_output=output))["hookSpecificOutput"] == {
        "hookEventName": "PermissionRequest",
        "decision": {"behavior": "deny", "message": "no"},
    }


def test_output_of_an_event_without_a_type_passes_as_it_is():
    output = {"hookEventName": "SubagentStart", "additionalContext": "x"}
    assert wire({"hookSpecificOutput": output}) == {"hookSpecificOutput": output}


@pytest.mark.parametrize(
    "answer",
    [
        {"Decision": "block"},
        {"decision": "Deny"},
        {"decision": None},
        {"hookSpecificOutput": DENY | {"permissionDecision": "Deny"}},
        {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permisionDecision": "deny"}},
        {"hookSpecificOutput": {"permissionDecision": "deny"}},
        {"hookSpecificOutput": "deny"},
        HookAnswer(hook_specific_output=PreToolUseOutput(permission_decision="Deny")),
        HookAnswer(decision="Block"),
        "deny",
        False,
    ],
)
def test_an_answer_that_the_cli_would_ignore_is_an_error(answer):
    with pytest.raises(LocalProtocolError):
        hook_answer(answer)


def test_a_wrong_name_is_answered_with_the_right_one():
    with pytest.raises(LocalProtocolError, match="did you mean 'systemMessage'"):
        hook_answer({"sytemMessage": "x"})
