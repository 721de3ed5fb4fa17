import json
from typing import get_args

import pytest

from greenroom_protocol.claude import FrameDecoder, HookCallback
from greenroom_protocol.claude.hook_inputs import (
    AnyHookInput,
    HookInput,
    PreToolUseInput,
    StopInput,
    UnknownHookInput,
    read_hook_input,
)

BASE = {"session_id": "s", "transcript_path": "/t", "cwd": "/c"}


@pytest.fixture(scope="module", name="callbacks")
def _callbacks(captures):
    lines = b"".join(captures.values()).splitlines()
    frames = [FrameDecoder().decode(line) for line in lines if b'"hook_callback"' in line]
    return [frame.request for frame in frames if isinstance(frame.request, HookCallback)]


def test_every_recorded_hook_input_is_typed(callbacks):
    seen = {type(callback.typed_input) for callback in callbacks}

    assert UnknownHookInput not in seen
    assert len(seen) == 16


def test_the_typed_view_adds_nothing_to_what_was_sent(callbacks):
    for callback in callbacks:
        again = json.loads(json.dumps(callback.input))
        assert callback.typed_input == read_hook_input(again)
        assert callback.typed_input.session_id == callback.input["session_id"]


def test_an_input_becomes_the_class_of_its_event():
    value = BASE | {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"a": 1}}

    assert read_hook_input(value) == PreToolUseInput(
        session_id="s", transcript_path="/t", cwd="/c", tool_name="Bash", tool_input={"a": 1}
    )


@pytest.mark.parametrize("value", [{"hook_event_name": "Sneeze"}, {}, None, [], "x",
                                   {"hook_event_name": "PreToolUse"}])  # fmt: skip
def test_anything_else_is_unknown_and_kept(value):
    assert read_hook_input(value) == UnknownHookInput(raw=value)


def test_a_retyped_member_costs_only_itself():
    value = BASE | {"hook_event_name": "Stop", "stop_hook_active": "yes", "cwd": 7}

    assert read_hook_input(value) == StopInput(session_id="s", transcript_path="/t")


def test_input_as_deep_as_the_stack_is_kept_at_least():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    value = BASE | {"hook_event_name": "PreToolUse", "tool_name": "t", "tool_input": deep}

    found = read_hook_input(value)

    assert isinstance(found, PreToolUseInput | UnknownHookInput)


def test_every_event_has_a_class_named_after_it():
    for kind in get_args(AnyHookInput):
        if kind is not UnknownHookInput:
            assert issubclass(kind, HookInput)
            assert kind.__name__ == f"{kind.__struct_config__.tag}Input"
