"""Turns of the simulated CLI: their frames and their order."""

import json
from pathlib import Path

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, Turn
from greenroom_protocol.claude import (
    Assistant,
    CommandLifecycle,
    Result,
    SessionStateChanged,
    StreamEvent,
)

CAPTURES = Path(__file__).parents[1] / "captures" / "claude"


def shape(frame):
    """What a line of the wire is, in a word or two."""
    kind = frame.get("subtype") if frame["type"] in {"system", "result"} else None
    return " ".join(filter(None, [frame["type"], kind, frame.get("state")]))


def shapes(raw):
    return [shape(json.loads(line)) for line in raw.splitlines()]


def test_two_turns_have_the_frames_of_a_recorded_conversation(play):
    blocks = [s.Text(f"{word} block.") for word in ("First", "Second", "Third")]
    client = play(Scenario(turns=[[s.Text("Hello from the fake model.")], blocks]))
    client.request("initialize")
    client.prompt(uuid="p-0")
    client.expect(SessionStateChanged, state="idle")
    client.prompt(uuid="p-1")
    assert client.finish() == 0
    recorded = (CAPTURES / "two_turns_sequential.ndjson").read_bytes()
    assert shapes(client.raw) == shapes(recorded)


@pytest.mark.parametrize("kind", ["system init", "assistant", "result success"])
def test_every_member_the_simulator_writes_is_one_the_cli_writes(play, kind):
    client = play(Scenario())
    client.prompt(uuid="p-0")
    client.finish()
    recorded = (CAPTURES / "two_turns_sequential.ndjson").read_bytes()
    ours, theirs = (
        next(frame for frame in map(json.loads, raw.splitlines()) if shape(frame) == kind)
        for raw in (client.raw, recorded)
    )
    assert ours.keys() <= theirs.keys()


def test_every_frame_of_every_conversation_step_is_typed(play, is_typed):
    steps = [
        s.Thinking("hm"),
        s.Text("text"),
        s.Deltas(["pie", "ces"]),
        s.ToolUse("Bash", {"command": "ls"}),
        s.ToolResult("a\nb"),
        s.ToolUse("Read", {"file_path": "/x"}),
        s.ToolResult([{"type": "text", "text": "c"}], is_error=True),
        s.ApiRetry(2, 529, "overloaded"),
        s.RateLimit("allowed_warning", 1_999_999_999, utilization=0.9),
        s.Init(),
    ]
    after = [s.Unsolicited(), s.DuplicateResult()]
    client = play(Scenario(turns=[Turn(steps, after=after)]), "--include-partial-messages")
    client.request("initialize")
    client.prompt(uuid="p-0")
    assert client.finish() == 0
    assert all(map(is_typed, client.frames))
    assert client._decoder.drift.report() == ""


def test_state_frames_come_only_when_asked_for(play):
    client = play(Scenario(), env={"CLAUDE_CODE_SDK_READS_SESSION_STATE": ""})
    client.prompt()
    client.finish()
    assert not [frame for frame in client.frames if isinstance(frame, SessionStateChanged)]


def test_state_frames_asked_for_by_the_other_variable_are_not_marked(play):
    client = play(Scenario(), env={"CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1"})
    client.prompt()
    assert client.expect(SessionStateChanged).sdk_host_only is False


def test_a_prompt_without_uuid_is_covered_by_nothing(play):
    client = play(Scenario())
    client.prompt()
    assert client.finish() == 0
    assert client.results()[0].user_message_uuids == ()
    assert not [frame for frame in client.frames if isinstance(frame, CommandLifecycle)]


def test_partial_messages_stream_before_the_block_stops(play):
    client = play(Scenario(turns=[[s.Deltas(["Hel", "lo"])]]), "--include-partial-messages")
    client.prompt()
    client.finish()
    order = [
        json.loads(line)["event"]["type"] if b"stream_event" in line else "assistant"
        for line in client.raw.splitlines()
        if b'"stream_event"' in line or b'"type":"assistant","message"' in line
    ]
    assert order == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "assistant",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_without_partial_messages_nothing_streams(play):
    client = play(Scenario(turns=[[s.Deltas(["Hel", "lo"])]]))
    client.prompt()
    client.finish()
    assert not [frame for frame in client.frames if isinstance(frame, StreamEvent)]
    assert client.results()[0].result == "Hello"


def test_blocks_of_one_message_share_its_id_and_a_tool_result_ends_it(play):
    steps = [s.Text("a"), s.ToolUse("Bash", id="t-1"), s.ToolResult("ok"), s.Text("b")]
    client = play(Scenario(turns=[steps]))
    client.prompt()
    client.finish()
    ids = [frame.message.id for frame in client.frames if isinstance(frame, Assistant)]
    assert ids[0] == ids[1] != ids[2]
    assert client.results()[0].num_turns == 2
    assert client.results()[0].usage.input_tokens == 20


def test_totals_run_and_usage_does_not(play):
    client = play(Scenario(turns=[Turn(cost_usd=0.5, input_tokens=7, output_tokens=3)]))
    for number in range(3):
        client.prompt(uuid=f"p-{number}")
        client.expect(Result)
    assert [result.total_cost_usd for result in client.results()] == [0.5, 1.0, 1.5]
    assert [result.usage.input_tokens for result in client.results()] == [7, 7, 7]
    assert [result.result_index for result in client.results()] == [0, 1, 2]
    [usage] = client.results()[2].model_usage.values()
    assert (usage.input_tokens, usage.output_tokens, usage.cost_usd) == (21, 9, 1.5)


def test_placeholders_are_filled_everywhere(play):
    frame = {"type": "x", "texts": ["$$5 $turn", "$unknown"], "ids": "$prompt_uuids"}
    client = play(Scenario(turns=[[s.Frame(frame, times=2), s.Text("$prompt/$prompt_uuid")]]))
    client.prompt([{"type": "text", "text": "ho"}], uuid="p-0")
    client.finish()
    line = b'{"type":"x","texts":["$5 0","$unknown"],"ids":["p-0"]}\n'
    assert client.raw.count(line) == 2
    assert client.results()[0].result == "ho/p-0"


def test_steps_repeat(play):
    again = s.Repeat(3, [s.ToolUse("Bash"), s.Repeat(2, [s.Text("x")]), s.ToolResult()])
    client = play(Scenario(turns=[[again]]))
    client.prompt()
    client.finish()
    assert sum(isinstance(frame, Assistant) for frame in client.frames) == 9
