"""Frames that no capture holds: as the type files of CLI 2.1.329 describe them."""

import json

import pytest

from greenroom_protocol.claude import (
    AbandonedBlocks,
    ActiveGoal,
    AuthStatus,
    CanUseTool,
    CommandsChanged,
    ElicitationComplete,
    FilesPersisted,
    Goal,
    HookProgress,
    LocalCommandOutput,
    MatchedAskRule,
    McpServerProvenance,
    MemoryRecall,
    MessageStop,
    ModelRefusalFallback,
    PersistedFile,
    PersistFailure,
    PluginInstall,
    PromptSuggestion,
    RecalledMemory,
    RequestUserDialog,
    SessionWritesLost,
    SignatureDelta,
    ThinkingDelta,
    ToolUseSummary,
    WorkerShuttingDown,
    encode_frame,
)

FRAMES = [
    ({"type": "auth_status", "isAuthenticating": True, "output": ["go"]},
     AuthStatus(is_authenticating=True, output=("go",))),
    ({"type": "tool_use_summary", "summary": "s", "preceding_tool_use_ids": ["t"]},
     ToolUseSummary(summary="s", preceding_tool_use_ids=("t",))),
    ({"type": "active_goal", "value": {"condition": "green", "iterations": 2}},
     ActiveGoal(value=Goal(condition="green", iterations=2))),
    ({"type": "prompt_suggestion", "suggestion": "more"}, PromptSuggestion(suggestion="more")),
    ({"type": "system", "subtype": "local_command_output", "content": "c"},
     LocalCommandOutput(content="c")),
    ({"type": "system", "subtype": "files_persisted", "files": [{"filename": "a", "file_id": "1"}],
      "failed": [{"filename": "b", "error": "full"}]},
     FilesPersisted(files=(PersistedFile(filename="a", file_id="1"),),
                    failed=(PersistFailure(filename="b", error="full"),))),
    ({"type": "system", "subtype": "elicitation_complete", "mcp_server_name": "m",
      "elicitation_id": "e"}, ElicitationComplete(mcp_server_name="m", elicitation_id="e")),
    ({"type": "system", "subtype": "plugin_install", "status": "failed", "error": "x"},
     PluginInstall(status="failed", error="x")),
    ({"type": "system", "subtype": "memory_recall", "mode": "select",
      "memories": [{"path": "p", "scope": "team"}]},
     MemoryRecall(mode="select", memories=(RecalledMemory(path="p", scope="team"),))),
    ({"type": "system", "subtype": "commands_changed", "commands": [{"name": "n"}]},
     CommandsChanged(commands=({"name": "n"},))),
    ({"type": "system", "subtype": "worker_shutting_down", "reason": "r"},
     WorkerShuttingDown(reason="r")),
    ({"type": "system", "subtype": "session_writes_lost", "error_code": "ENOSPC",
      "lost": ["transcript"]}, SessionWritesLost(error_code="ENOSPC", lost=("transcript",))),
    ({"type": "system", "subtype": "hook_progress", "hook_id": "h", "stdout": "o"},
     HookProgress(hook_id="h", stdout="o")),
    ({"type": "system", "subtype": "model_refusal_fallback", "direction": "retry",
      "retracted_message_uuids": ["u"]},
     ModelRefusalFallback(direction="retry", retracted_message_uuids=("u",))),
]  # fmt: skip
EVENTS = [
    ({"type": "message_stop", "abandoned_blocks": {"api_message_id": "m", "from_block_index": 1}},
     MessageStop(abandoned_blocks=AbandonedBlocks(api_message_id="m", from_block_index=1))),
    ({"type": "thinking_delta", "thinking": "hm"}, ThinkingDelta(thinking="hm")),
    ({"type": "signature_delta", "signature": "s"}, SignatureDelta(signature="s")),
]  # fmt: skip
REQUESTS = [
    ({"subtype": "request_user_dialog", "dialog_kind": "k", "payload": {"a": 1}},
     RequestUserDialog(dialog_kind="k", payload={"a": 1})),
    ({"subtype": "can_use_tool", "tool_name": "mcp__a__b", "input": {}, "tool_use_id": "t",
      "mcp_server": {"name": "a", "source": "user"}, "matched_ask_rule": {"source": "project"}},
     CanUseTool(tool_name="mcp__a__b", input={}, tool_use_id="t",
                mcp_server=McpServerProvenance(name="a", source="user"),
                matched_ask_rule=MatchedAskRule(source="project"))),
]  # fmt: skip


@pytest.mark.parametrize(("wire", "frame"), FRAMES, ids=lambda value: type(value).__name__)
def test_documented_frames_decode_typed_and_encode_again(decoder, wire, frame):
    assert decoder.decode(json.dumps(wire).encode()) == frame
    assert decoder.decode(encode_frame(frame)) == frame
    assert not decoder.drift


@pytest.mark.parametrize(("wire", "event"), EVENTS, ids=lambda value: type(value).__name__)
def test_documented_events_and_deltas_decode_typed(decoder, wire, event):
    is_delta = wire["type"].endswith("_delta")
    whole = {"type": "content_block_delta", "index": 0, "delta": wire} if is_delta else wire

    frame = decoder.decode(json.dumps({"type": "stream_event", "event": whole}).encode())

    assert (frame.event.delta if is_delta else frame.event) == event


@pytest.mark.parametrize(("wire", "request_"), REQUESTS, ids=lambda value: type(value).__name__)
def test_documented_requests_decode_typed(decoder, wire, request_):
    line = {"type": "control_request", "request_id": "r", "request": wire}

    assert decoder.decode(json.dumps(line).encode()).request == request_


def test_counts_of_a_message_may_be_null_without_leaving_the_hot_path(decoder):
    line = (
        b'{"type":"stream_event","event":{"type":"message_delta","delta":{"stop_reason":"end_turn"},'
        b'"usage":{"input_tokens":null,"cache_read_input_tokens":null,"output_tokens":7}}}'
    )

    frame = decoder.decode(line)

    assert frame.event.delta.stop_reason == "end_turn"
    assert (frame.event.usage.output_tokens, frame.event.usage.input_tokens) == (7, None)
    assert not decoder.drift
