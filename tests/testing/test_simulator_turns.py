"""Turns of the simulated CLI: their frames, their order, and which prompts they answer."""

import json
from pathlib import Path

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, Turn
from greenroom_protocol.claude import (
    Assistant,
    CommandLifecycle,
    ConversationReset,
    Result,
    SessionStateChanged,
    StreamEvent,
    SystemInit,
    User,
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


# --- results ---


@pytest.mark.parametrize(
    ("subtype", "reason"),
    [
        ("error_during_execution", "aborted_streaming"),
        ("error_max_turns", "max_turns"),
        ("error_max_budget_usd", "budget_exhausted"),
        ("error_max_structured_output_retries", "structured_output_retry_exhausted"),
    ],
)
def test_error_results_have_the_clis_words_and_fail_the_exit(play, subtype, reason):
    client = play(Scenario(turns=[[s.Result(subtype)]]))
    client.prompt()
    assert client.finish() == 1
    [result] = client.results()
    assert (result.subtype, result.is_error, result.terminal_reason) == (subtype, True, reason)
    assert result.result is None
    assert result.errors


def test_an_api_error_is_a_success_that_is_an_error(play):
    client = play(Scenario(turns=[[s.ApiError(429, "rate_limit")]]))
    client.prompt(uuid="p-0")
    assert client.expect(Assistant).error == "rate_limit"
    result = client.expect(Result)
    assert (result.subtype, result.is_error, result.api_error_status) == ("success", True, 429)
    assert client.expect(CommandLifecycle, command_uuid="p-0").state == "cancelled"
    assert client.finish() == 1


def test_the_exit_code_is_that_of_the_last_result(play):
    client = play(Scenario(turns=[[s.ApiError()], [s.Text("fine")]]))
    client.prompt()
    client.expect(Result)
    client.prompt()
    assert client.finish() == 0


def test_members_of_a_result_can_be_bent(play):
    bent = s.Result(fields={"structured_output": {"a": 1}, "num_turns": "x"}, drop=["usage"])
    client = play(Scenario(turns=[[bent]]))
    client.prompt()
    client.finish()
    [result] = client.results()
    assert result.structured_output == {"a": 1}
    assert b'"num_turns":"x"' in client.raw
    assert b'"usage"' not in client.raw


def test_a_result_can_claim_other_prompts(play):
    client = play(Scenario(turns=[[s.Result(uuids=["p-9"]), s.Result()]]))
    client.prompt(uuid="p-0")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("p-9",), ("p-0",)]


def test_a_result_can_come_twice(play):
    client = play(Scenario(turns=[[s.Result(text="x"), s.DuplicateResult()]]))
    client.prompt(uuid="p-0")
    client.finish()
    one, two = client.results()
    assert one == two


def test_an_unsolicited_turn_names_no_prompt(play):
    client = play(Scenario(turns=[Turn(after=[s.Unsolicited("done")])]))
    client.prompt(uuid="p-0", origin={"kind": "human"})
    client.finish()
    asked, unasked = client.results()
    assert (asked.user_message_uuids, asked.origin.kind) == (("p-0",), "human")
    assert (unasked.user_message_uuids, unasked.origin.kind) == ((), "task-notification")
    assert unasked.total_cost_usd == 2 * asked.total_cost_usd


def test_a_turn_may_have_no_result(play):
    client = play(Scenario(turns=[Turn(result=False)]))
    client.prompt(uuid="p-0")
    assert client.finish() == 0
    assert client.results() == []


def test_a_turn_without_envelope_is_its_steps_alone(play):
    client = play(Scenario(turns=[Turn([s.Result(text="x"), s.Init()], envelope=False)]))
    client.prompt(uuid="p-0")
    client.finish()
    assert [type(frame) for frame in client.frames] == [Result, SystemInit]


# --- several prompts ---


def prompts(client, *uuids, **members):
    message = {"role": "user", "content": "hi"}
    client.send(*({"type": "user", "message": message, "uuid": u, **members} for u in uuids))


def test_waiting_prompts_merge_into_one_turn(play):
    client = play(Scenario())
    prompts(client, "a", "b", "c", "d")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b", "c", "d")]


def test_serial_queueing_gives_each_prompt_its_turn(play):
    client = play(Scenario(queueing="serial"))
    prompts(client, "a", "b", "c")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b",), ("c",)]


TOOL_LOOP = [s.ToolUse("Bash"), s.WaitForPrompt(), s.ToolResult("ok"), s.Text("Done")]


def test_a_prompt_during_a_tool_folds_into_the_turn(play):
    client = play(Scenario(turns=[TOOL_LOOP]))
    client.prompt(uuid="a")
    client.expect(Assistant)
    client.prompt(uuid="b")
    client.finish()
    [result] = client.results()
    assert result.user_message_uuids == ("a", "b")
    states = [f.state for f in client.frames if getattr(f, "command_uuid", None) == "b"]
    assert states == ["queued", "started", "completed"]


def test_a_later_prompt_waits_for_its_own_turn(play):
    client = play(Scenario(turns=[TOOL_LOOP, [s.Text("second")]]))
    prompts(client, "a")
    prompts(client, "b", priority="later")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b",)]


def test_a_prompt_of_priority_now_cuts_the_turn_after_its_tool(play):
    client = play(Scenario(turns=[TOOL_LOOP, [s.Text("second")]]))
    prompts(client, "a")
    prompts(client, "b", priority="now")
    client.finish()
    cut, second = client.results()
    assert (cut.subtype, cut.terminal_reason, cut.result) == ("success", "aborted_tools", "")
    assert (second.user_message_uuids, second.result) == (("b",), "second")


def test_a_used_uuid_is_dropped_silently(play):
    client = play(Scenario())
    prompts(client, "a")
    client.expect(SessionStateChanged, state="idle")
    prompts(client, "a")
    client.finish()
    assert len(client.results()) == 1


def test_a_prompt_that_asks_nothing_is_only_appended(play):
    client = play(Scenario(turns=[[s.Text("$history")]]), "--replay-user-messages")
    prompts(client, "a", shouldQuery=False)
    assert client.expect(User).is_replay is True
    assert client.expect(Result).num_turns == 0
    prompts(client, "b")
    assert client.expect(Result).result == "1"
    assert client.finish() == 0


def test_clear_begins_a_new_conversation(play):
    client = play(Scenario(turns=[[s.Text("$history")]]))
    client.prompt()
    first = client.expect(Result)
    client.prompt("/clear", uuid="c")
    assert client.expect(ConversationReset).session_id == first.session_id
    cleared = client.expect(Result)
    assert (cleared.local_command, cleared.num_turns, cleared.total_cost_usd) == ("clear", 0, 0)
    assert cleared.session_id != first.session_id
    client.prompt()
    assert client.expect(Result).result == "0"


@pytest.mark.parametrize("argv", [(), ("--disable-slash-commands",)])
def test_clear_as_verbatim_text_or_without_commands_forgets_nothing(play, argv):
    client = play(Scenario(turns=[[s.Text("$history")]]), *argv)
    client.prompt()
    client.prompt("/clear", client_composed=not argv)
    client.prompt()
    client.finish()
    assert client.results()[-1].session_id == client.results()[0].session_id
    assert not [frame for frame in client.frames if isinstance(frame, ConversationReset)]
