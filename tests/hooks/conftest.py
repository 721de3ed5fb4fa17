"""Inputs of every event, and helpers to have a hook answer."""

import msgspec
import pytest

from greenroom.callbacks import Call, CancelSignal
from greenroom.hooks import EVENTS, HookCall, HookSet
from greenroom_protocol.claude.hook_inputs import read

_KINDS = {
    kind.__struct_config__.tag: kind
    for kind in read.AnyHookInput.__args__
    if kind.__struct_config__.tag in EVENTS
}


def _input(event):
    fields = msgspec.structs.fields(_KINDS[event])
    required = {
        field.encode_name: [] if "tuple" in str(field.type) else "x"
        for field in fields
        if field.required
    }
    return {"hook_event_name": event, "session_id": "s-1", **required}


@pytest.fixture(name="input_of")
def _input_of():
    """A function that returns the least input of an event, as the wire has it."""
    return _input


@pytest.fixture(name="kind_of")
def _kind_of():
    """A function that returns the class of an event's input."""
    return _KINDS.__getitem__


@pytest.fixture(name="call")
def _call():
    return Call(signal=CancelSignal(), session_id="s-1")


@pytest.fixture(name="errand_of")
def _errand_of():
    """A function that returns the errand of an event's first hook: ``errand_of(event, hook)``."""

    def errand_of(event, hook, **members):
        told = HookCall(callback_id="hook_0", input={**_input(event), **members})
        return HookSet.of({event: hook}).answer(told)

    return errand_of
