"""Every kind of question, and everything that can become of its callback: what the CLI reads.

The table is the specification. A cell is the subtype of the answer and what its payload holds; the
CLI reads an error in answer to a hook as "no opinion", so nothing that could forbid answers so.
"""

from __future__ import annotations

import threading

import pytest

from greenroom.hooks import Hook
from greenroom.permissions import (
    Allow,
    Answers,
    DialogReply,
    ElicitationReply,
)
from greenroom.tools import ToolContext, tool
from greenroom_protocol.claude import requests
from greenroom_protocol.claude.control import HookAnswer
from tests import evil

LIMIT = 60.0
"""Seconds that a callback has which sets no limit of its own."""

DENY = ("success", {"behavior": "deny"})
ALLOW = ("success", {"behavior": "allow"})
ERROR = ("error", None)
NOTHING = None


def decision(event, verdict):
    output = {"hookEventName": event, "permissionDecision": verdict}
    return "success", {"hookSpecificOutput": output}


def request_decision(behavior):
    output = {"hookEventName": "PermissionRequest", "decision": {"behavior": behavior}}
    return "success", {"hookSpecificOutput": output}


TWELVE = {"type": "text", "text": "12"}
TOOL_ERROR = ("success", {"mcp_response": {"id": 7, "result": {"isError": True}}})
BLOCK = ("success", {"decision": "block"})
DECLINE = ("success", {"action": "decline"})
CANCEL = ("success", {"action": "cancel"})

TOOL_INPUT = {"tool_name": "Bash", "tool_input": {"command": "x"}, "tool_use_id": "t-1"}
QUESTIONS = {
    "questions": [
        {
            "question": "Which?",
            "header": "Which",
            "multiSelect": False,
            "options": [{"label": "this", "description": ""}, {"label": "that", "description": ""}],
        }
    ]
}


def hook(event, **fields):
    return "hook_callback", {
        "callback_id": "hook_0",
        "input": {"hook_event_name": event, "session_id": "s", **fields},
    }


REQUESTS = {
    "permission": (
        "can_use_tool",
        {"tool_name": "Bash", "input": {"command": "x"}, "tool_use_id": "t-1"},
    ),
    "questions": (
        "can_use_tool",
        {"tool_name": "AskUserQuestion", "input": QUESTIONS, "tool_use_id": "t-1"},
    ),
    "elicitation": ("elicitation", {"mcp_server_name": "files", "message": "Name?"}),
    "dialog": ("request_user_dialog", {"dialog_kind": "greeting", "payload": {}}),
    "PreToolUse": hook("PreToolUse", **TOOL_INPUT),
    "PermissionRequest": hook("PermissionRequest", **TOOL_INPUT),
    "UserPromptSubmit": hook("UserPromptSubmit", prompt="hello"),
    "PreModelSwitch": hook("PreModelSwitch", from_model="a", to_model="b"),
    "PostToolUse": hook("PostToolUse", **TOOL_INPUT, tool_response="done"),
    "Stop": hook("Stop", stop_hook_active=False),
    "tool": (
        "mcp_message",
        {
            "server_name": "shop",
            "message": {
                "jsonrpc": "2.0",
                "id": 7,
                "method": "tools/call",
                "params": {"name": "price", "arguments": {}},
            },
        },
    ),
    "unknown": ("something_new", {"a": 1}),
}

PEOPLE = ("questions", "elicitation", "dialog")
HOOKS = (
    "PreToolUse",
    "PermissionRequest",
    "UserPromptSubmit",
    "PreModelSwitch",
    "PostToolUse",
    "Stop",
)

GOOD = {
    "permission": Allow(),
    "questions": Answers({"Which?": "this"}),
    "elicitation": ElicitationReply("accept", {}),
    "dialog": DialogReply({"ok": True}),
    "PreToolUse": HookAnswer(
        hook_specific_output={"hookEventName": "PreToolUse", "permissionDecision": "allow"}
    ),
    "PermissionRequest": HookAnswer(
        hook_specific_output={
            "hookEventName": "PermissionRequest",
            "decision": {"behavior": "allow"},
        }
    ),
    "UserPromptSubmit": HookAnswer(system_message="hi"),
    "PreModelSwitch": HookAnswer(),
    "PostToolUse": HookAnswer(),
    "Stop": HookAnswer(),
    "tool": "12",
}
GARBAGE = dict.fromkeys(GOOD, object())
"""What is no answer to anything; a tool may return any value but one that cannot be written."""

BEHAVIOURS = ("answers", "raises", "hangs", "garbage", "cancelled", "no handler")
TABLE = {
    #                     answers, raises, hangs, garbage, cancelled, no handler
    "permission": (ALLOW, DENY, DENY, DENY, NOTHING, DENY),
    "questions": (ALLOW, DENY, None, DENY, NOTHING, DENY),
    "elicitation": (("success", {"action": "accept"}), CANCEL, None, CANCEL, NOTHING, DECLINE),
    "dialog": (("success", {"ok": True}), ERROR, None, ERROR, NOTHING, ERROR),
    "PreToolUse": (
        decision("PreToolUse", "allow"),
        *[decision("PreToolUse", "deny")] * 3,
        NOTHING,
        ERROR,
    ),
    "PermissionRequest": (
        request_decision("allow"),
        *[request_decision("deny")] * 3,
        NOTHING,
        ERROR,
    ),
    "UserPromptSubmit": (("success", {"systemMessage": "hi"}), BLOCK, BLOCK, BLOCK, NOTHING, ERROR),
    "PreModelSwitch": (
        ("success", {}),
        *[decision("PreModelSwitch", "deny")] * 3,
        NOTHING,
        ERROR,
    ),
    "PostToolUse": (("success", {}), ERROR, ERROR, ERROR, NOTHING, ERROR),
    "Stop": (("success", {}), ERROR, ERROR, ERROR, NOTHING, ERROR),
    "tool": (
        ("success", {"mcp_response": {"id": 7, "result": {"content": [TWELVE]}}}),
        *[TOOL_ERROR] * 3,
        NOTHING,
        ERROR,
    ),
    "unknown": (ERROR, ERROR, ERROR, ERROR, NOTHING, ERROR),
}
CELLS = [
    pytest.param(kind, behaviour, cell, id=f"{kind}-{behaviour}".replace(" ", "-"))
    for kind, row in TABLE.items()
    for behaviour, cell in zip(BEHAVIOURS, row, strict=True)
    if not (kind == "unknown" and behaviour == "cancelled")  # it is answered at once
]


class Person:
    """A prompter that does as it is told."""

    def __init__(self, callback):
        self.ask = callback


def callback_of(kind, behaviour, begun):
    """The user's code of a cell: it takes what it is asked, and the call."""

    def answers(_asked, _call):
        return GOOD[kind]

    def raises(_asked, _call):
        raise RuntimeError("the callback fails")

    def waits(_asked, call):
        begun.set()
        call.signal.wait(30)
        return GOOD[kind]

    def garbage(_asked, _call):
        return GARBAGE[kind]

    return {
        "answers": answers,
        "raises": raises,
        "hangs": waits,
        "cancelled": waits,
        "garbage": garbage,
    }.get(behaviour)


def attended(counter, kind, callback):
    """The desk of a session with that callback for that kind of question."""
    if callback is None or kind == "unknown":
        return counter.open()
    if kind == "permission":
        return counter.open(permissions=callback)
    if kind in PEOPLE:
        return counter.open(prompter=Person(callback))
    if kind in HOOKS:
        return counter.open(hooks={kind: Hook(callback)})

    @tool(name="price")
    def price(context: ToolContext):
        """The price."""
        return callback(None, context)

    return counter.open(tools=[price])


def holds(whole, part):
    """Whether `whole` has everything that `part` has."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and holds(whole[name], value) for name, value in part.items()
        )
    return whole == part


@pytest.mark.parametrize(("kind", "behaviour", "cell"), CELLS)
def test_what_the_cli_reads(counter, kind, behaviour, cell):
    begun = threading.Event()
    desk = attended(counter, kind, callback_of(kind, behaviour, begun))
    subtype, fields = REQUESTS[kind]
    desk.ask(subtype, **fields)
    if behaviour == "hangs" and kind != "unknown":
        assert begun.wait(10)
        desk.dispatcher.advance(LIMIT - 1)
        assert desk.lines == []
        desk.dispatcher.advance(2)
        if cell is None:  # a person may take as long as it takes
            assert desk.lines == []
            return
    if behaviour == "cancelled":
        assert begun.wait(10)
        desk.withdraw()
        desk.dispatcher.advance(2 * LIMIT)
        assert desk.lines == []
        return
    answered, payload = desk.answer()
    assert answered == cell[0], payload
    assert cell[1] is None or holds(payload, cell[1]), payload


HARMED = ("permission", "PreToolUse", "questions", "elicitation", "tool")
BURIED = {
    "permission": lambda value: Allow(updated_input=value),
    "PreToolUse": lambda value: {"hookSpecificOutput": value},
    "questions": Answers,
    "elicitation": lambda value: ElicitationReply("accept", value),
    "tool": lambda value: {"price": value},
}
"""What would be an answer, were it not for what is in it."""


def evil_callbacks(kind):
    """Callbacks that harm whoever looks at what they raise or return, with their behaviour."""

    def raises(error):
        def callback(_asked, _call):
            raise error

        return callback

    for error in evil.ERRORS:
        yield "raises", raises(error)
    for value in evil.VALUES:
        yield "garbage", lambda _asked, _call, value=value: value()
        yield "garbage", lambda _asked, _call, value=value: BURIED[kind](value())


EVIL_CELLS = [
    pytest.param(kind, callback, cell, id=f"{kind}-{behaviour}-{number}")
    for kind in HARMED
    for number, (behaviour, callback) in enumerate(evil_callbacks(kind))
    for cell in [TABLE[kind][BEHAVIOURS.index(behaviour)]]
]


@pytest.mark.parametrize("later", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("kind", "callback", "cell"), EVIL_CELLS)
def test_code_that_harms_who_looks_at_it_fails_like_any_other(counter, kind, callback, cell, later):
    async def callback_later(asked, call):
        return callback(asked, call)

    desk = attended(counter, kind, callback_later if later else callback)
    subtype, fields = REQUESTS[kind]
    desk.ask(subtype, **fields)
    answered, payload = desk.answer()
    assert answered == cell[0], payload
    assert holds(payload, cell[1]), payload
    assert len(desk.lines[0]) < 100_000


@pytest.mark.parametrize("kind", ["permission", "PreToolUse", "tool"])
def test_an_error_that_is_slow_to_say_what_it_is_holds_up_no_actor_and_is_overdue(counter, kind):
    begun, free = threading.Event(), threading.Event()

    class Slow(Exception):
        def __str__(self):
            begun.set()
            free.wait(30)
            return "at last"

    def callback(_asked, _call):
        raise Slow

    desk = attended(counter, kind, callback)
    subtype, fields = REQUESTS[kind]
    desk.ask(subtype, **fields)
    assert begun.wait(10)
    desk.dispatcher.advance(LIMIT - 1)
    assert desk.lines == []
    desk.dispatcher.advance(2)
    answered, payload = desk.answer()
    free.set()
    cell = TABLE[kind][BEHAVIOURS.index("hangs")]
    assert (answered, holds(payload, cell[1])) == (cell[0], True), payload


def test_the_table_has_every_kind_of_question():
    known = [
        kind for kind in requests.InboundRequest.__args__ if kind is not requests.UnknownRequest
    ]
    assert {kind.__struct_config__.tag for kind in known} < {REQUESTS[kind][0] for kind in TABLE}


def test_a_permission_that_takes_ninety_seconds_is_given(counter):
    said = threading.Event()

    def answer(_inquiry, _call):
        said.wait(30)
        return Allow()

    desk = counter.open(prompter=Person(answer))
    desk.ask("can_use_tool", tool_name="Bash", input={}, tool_use_id="t-1")
    desk.dispatcher.advance(90)
    assert desk.lines == []
    said.set()
    assert desk.answer() == ("success", {"behavior": "allow"})
