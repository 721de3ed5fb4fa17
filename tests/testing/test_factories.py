"""Factories: what they make goes over the wire and comes back equal."""

import inspect

import pytest

from greenroom.testing import factories as make
from greenroom_protocol import LineFramer
from greenroom_protocol.claude import FrameDecoder, Result

NEEDED = {
    "session_state": ("idle",),
    "lifecycle": ("p-1", "queued"),
    "user_text": ("note",),
    "text_delta": ("piece",),
    "mcp_message": ({"jsonrpc": "2.0", "method": "tools/list", "id": 0},),
    "control_success": ("r-1", {"a": 1}),
    "control_error": ("r-1", "no"),
    "assistant": (make.assistant_text().message.content[0],),
}
MAKERS = [
    name
    for name in make.__all__
    if inspect.isfunction(getattr(make, name)) and name not in {"wire", "wire_all", "whole_turn"}
]


@pytest.mark.parametrize("name", MAKERS)
def test_every_frame_survives_the_wire(name):
    frame = getattr(make, name)(*NEEDED.get(name, ()))
    line = make.wire(frame)
    assert line.endswith(b"\n")
    assert FrameDecoder().decode(line[:-1]) == frame


@pytest.mark.parametrize("name", MAKERS)
def test_made_twice_a_frame_is_equal(name):
    function, arguments = getattr(make, name), NEEDED.get(name, ())
    assert function(*arguments) == function(*arguments)


def test_a_whole_turn_covers_its_prompt():
    frames = make.whole_turn("Hi", prompt="p-7")
    [block] = LineFramer().feed(make.wire_all(frames))
    assert FrameDecoder().decode_block(block) == frames
    [result] = [frame for frame in frames if isinstance(frame, Result)]
    assert (result.result, result.user_message_uuids) == ("Hi", ("p-7",))


def test_any_member_can_be_given():
    frame = make.result_success("x", prompt="p", num_turns=9, uuid="other")
    assert (frame.num_turns, frame.uuid, frame.user_message_uuid) == (9, "other", "p")
    assert make.assistant_text("x", aborted=True).aborted is True
    assert make.unsolicited_result().origin.kind == "task-notification"
    assert make.tool_result("bad", is_error=True).tool_use_result == "Error: bad"
    assert make.can_use_tool(description="why").request.description == "why"
    assert make.hook_callback("Stop", {"stop_hook_active": True}).request.input["cwd"]
    assert (make.api_error(429).is_error, make.api_error(429).total_cost_usd) == (True, 0)
