"""Every answer an event can use gets through as it was meant; every other one is bad."""

import msgspec
import pytest

from greenroom.callbacks import CallbackFailure, CallbackFault, Refusal
from greenroom.hooks import (
    EVENTS,
    Hook,
    add_context,
    allow,
    ask,
    block,
    checked_answer,
    defer,
    deny,
    stop,
)
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.control import (
    HookAnswer,
    PermissionDeny,
    PermissionRequestOutput,
    PostToolUseOutput,
    PreToolUseOutput,
)

DECIDING = [name for name, event in EVENTS.items() if event.decides]
PERMISSIONS = ["PreToolUse", "PermissionRequest", "PreModelSwitch"]
WITH_CONTEXT = [
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "Stop",
    "SubagentStart",
    "SubagentStop",
    "SessionStart",
    "Setup",
    "PostModelSwitch",
    "Notification",
]


def wire(event, result):
    return msgspec.json.decode(msgspec.json.encode(checked_answer(event, result)))


def output(event, **members):
    return {"hookSpecificOutput": {"hookEventName": event, **members}}


def bad(event, result):
    try:
        checked_answer(event, result)
    except LocalProtocolError:
        return True
    return False


def failure(fault=CallbackFault.RAISED, **members):
    return CallbackFailure(
        callback="hook PreToolUse check", fault=fault, message="the password is hunter2", **members
    )


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("nothing", [None, {}, HookAnswer()], ids=["None", "{}", "HookAnswer()"])
def test_no_opinion_is_one_at_every_event(event, nothing):
    assert wire(event, nothing) == {}


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_can_end_the_turn(event):
    assert wire(event, stop("enough")) == {"continue": False, "stopReason": "enough"}
    assert wire(event, stop()) == {"continue": False}
    assert wire(event, {"continue_": False}) == {"continue": False}


@pytest.mark.parametrize(
    ("event", "result", "expected"),
    [
        (
            "PreToolUse",
            deny("no"),
            output("PreToolUse", permissionDecision="deny", permissionDecisionReason="no"),
        ),
        ("PreToolUse", allow(), output("PreToolUse", permissionDecision="allow")),
        (
            "PreToolUse",
            allow(updated_input={"a": 1}),
            output("PreToolUse", permissionDecision="allow", updatedInput={"a": 1}),
        ),
        ("PreToolUse", ask(), output("PreToolUse", permissionDecision="ask")),
        ("PreToolUse", defer(), output("PreToolUse", permissionDecision="defer")),
        (
            "PermissionRequest",
            deny("no"),
            output("PermissionRequest", decision={"behavior": "deny", "message": "no"}),
        ),
        (
            "PermissionRequest",
            allow(updated_input={"a": 1}),
            output("PermissionRequest", decision={"behavior": "allow", "updatedInput": {"a": 1}}),
        ),
        (
            "PreModelSwitch",
            deny("no"),
            output("PreModelSwitch", permissionDecision="deny", permissionDecisionReason="no"),
        ),
        ("PreModelSwitch", ask(), output("PreModelSwitch", permissionDecision="ask")),
        (
            "PostToolUse",
            PostToolUseOutput(updated_tool_output={"stdout": ""}),
            output("PostToolUse", updatedToolOutput={"stdout": ""}),
        ),
        (
            "PostToolUse",
            PostToolUseOutput(updated_mcp_tool_output=[]),
            output("PostToolUse", updatedMCPToolOutput=[]),
        ),
        (
            "WorktreeCreate",
            output("WorktreeCreate", worktreePath="/w"),
            output("WorktreeCreate", worktreePath="/w"),
        ),
    ],
)
def test_an_answer_of_an_event_of_its_own_is_spelled_out(event, result, expected):
    assert wire(event, result) == expected


@pytest.mark.parametrize("event", [name for name in DECIDING if name not in PERMISSIONS])
def test_other_events_are_blocked_by_a_decision(event):
    expected = {"decision": "block", "reason": "no"}
    assert wire(event, deny("no")) == wire(event, block("no")) == expected
    assert wire(event, {"decision": "block", "reason": "no"}) == expected


@pytest.mark.parametrize("event", [name for name in EVENTS if name not in DECIDING])
def test_an_event_that_decides_nothing_has_no_decision(event):
    assert bad(event, {"decision": "block"})
    if event != "PermissionRequest":
        assert bad(event, deny("no"))


@pytest.mark.parametrize("event", EVENTS)
def test_context_is_added_where_there_is_a_place_for_it(event):
    if event in WITH_CONTEXT:
        assert wire(event, add_context("hm")) == output(event, additionalContext="hm")
    else:
        assert bad(event, add_context("hm"))


@pytest.mark.parametrize("event", [name for name in EVENTS if name not in PERMISSIONS])
@pytest.mark.parametrize("opinion", [allow(), ask(), defer()], ids=["allow", "ask", "defer"])
def test_only_permissions_are_given(event, opinion):
    assert bad(event, opinion)


@pytest.mark.parametrize(
    ("event", "opinion"),
    [
        ("PermissionRequest", ask()),
        ("PermissionRequest", defer()),
        ("PreModelSwitch", defer()),
        ("PreModelSwitch", allow(updated_input={})),
    ],
)
def test_not_every_permission_is_to_be_had_everywhere(event, opinion):
    assert bad(event, opinion)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_cannot_answer_as_another(event):
    assert all(bad(event, output(other)) for other in EVENTS if other != event)


@pytest.mark.parametrize("event", [name for name, event in EVENTS.items() if not event.output])
def test_an_event_without_an_output_has_none(event):
    assert bad(event, output(event))


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(
    "result",
    [True, False, 0, "deny", b"", ["deny"], object(), {"decison": "block"}, {"decision": "Block"}],
    ids=lambda result: repr(result).partition(" at ")[0],
)
def test_what_is_no_answer_is_a_bad_one(event, result):
    assert bad(event, result)


@pytest.mark.parametrize(
    "result",
    [
        output("PreToolUse", updatedToolOutput="x"),
        output("PreToolUse", permissionDecision="Deny"),
        output("PreToolUse", permissionDecision=None),
        PreToolUseOutput(permission_decision="Deny"),
        {"decision": "approve", **output("PreToolUse", permissionDecision="deny")},
        {"async": True, **output("PreToolUse", permissionDecision="deny")},
        {"async": True, "decision": "block"},
        PermissionRequestOutput(decision=PermissionDeny(message="no")),
        deny(5),
    ],
    ids=repr,
)
def test_a_refusal_that_the_cli_would_overlook_is_a_bad_answer(result):
    assert bad("PreToolUse", result)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(
    "result",
    [
        {"reason": "no"},
        HookAnswer(reason="no", continue_=False),
        {"stopReason": "enough"},
        {"stopReason": "enough", "continue": True},
    ],
    ids=repr,
)
def test_a_reason_for_nothing_is_a_bad_answer(event, result):
    assert bad(event, result)


def test_a_hook_does_not_bypass_permissions_by_an_update():
    update = {"type": "setMode", "mode": "bypassPermissions", "destination": "session"}
    decision = {"behavior": "allow", "updatedPermissions": [update]}
    assert bad("PermissionRequest", output("PermissionRequest", decision=decision))


def test_being_done_later_is_an_answer_by_itself():
    assert wire("Stop", {"async": True, "asyncTimeout": 5}) == {"async": True, "asyncTimeout": 5}


@pytest.mark.parametrize("fault", CallbackFault)
@pytest.mark.parametrize("event", EVENTS)
def test_a_failure_refuses_what_the_event_announces(event, fault, errand_of):
    answer = errand_of(event, print).closed(failure(fault))
    told = msgspec.json.encode(answer).decode()
    assert "hunter2" not in told
    assert "hook PreToolUse check" in told
    match event:
        case "PreToolUse" | "PreModelSwitch":
            assert answer.hook_specific_output.permission_decision == "deny"
        case "PermissionRequest":
            assert isinstance(answer.hook_specific_output.decision, PermissionDeny)
        case "UserPromptSubmit" | "UserPromptExpansion":
            assert answer.decision == "block"
        case _:
            assert isinstance(answer, Refusal)


@pytest.mark.parametrize("event", EVENTS)
def test_a_hook_whose_failure_matters_to_nobody_is_an_error_of_its_own(event, errand_of):
    answer = errand_of(event, Hook(print, on_failure="continue")).closed(failure())
    assert isinstance(answer, Refusal)


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_sent_for_a_failure_is_itself_an_answer_the_event_can_use(event, errand_of):
    answer = errand_of(event, print).closed(failure())
    if isinstance(answer, HookAnswer):
        assert checked_answer(event, answer) == answer


def test_of_an_exception_only_the_class_is_told(errand_of):
    answer = errand_of("PostToolUse", print).closed(failure(error_type="KeyError"))
    assert answer == Refusal("hook PreToolUse check failed (KeyError)")
