"""Recorded conversations, read as a session reads them: success is where success was."""

import json
from pathlib import Path

import pytest

from greenroom.backends.claude.codec import ClaudeCodec
from greenroom.backends.claude.conversation import ClaudeConversation
from greenroom.backends.events import TurnEnded
from greenroom.runtime.process import ExitStatus
from greenroom.values.outcomes import (
    ApiFailed,
    AuthenticationFailed,
    Cancelled,
    LimitReached,
    RateLimited,
    Refused,
    Rejected,
    SchemaFailed,
)
from greenroom_protocol.claude.options import check_options

CAPTURES = Path(__file__).parents[1] / "captures" / "claude"
NAMES = sorted(path.stem for path in CAPTURES.glob("*.ndjson") if path.stat().st_size)

OUTCOMES = {
    "err_400": [Rejected],
    "err_401": [AuthenticationFailed],
    "err_401_oauth": [AuthenticationFailed],
    "err_403": [AuthenticationFailed],
    "err_404_model": [Rejected],
    "err_413": [Rejected],
    "err_429_retry_after_1": [RateLimited],
    "err_429_retry_after_120": [RateLimited],
    "err_500": [ApiFailed],
    "err_500_max_retries_0": [ApiFailed],
    "err_529": [ApiFailed],
    "err_529_max_retries_1": [ApiFailed],
    "err_conn_refused": [ApiFailed],
    "err_credit": [LimitReached],
    "err_invalid_model_flag": [None],
    "err_no_api_key": [AuthenticationFailed],
    "err_prompt_too_long": [LimitReached],
    "hook_post_continue_false": [Rejected],
    "hook_pre_continue_false": [Rejected],
    "hook_pre_deny": [None],
    "hook_pre_never_then_interrupt": [Cancelled],
    "hook_stop_block_once": [None],
    "hook_stop_continue_false": [None],
    "hook_ups_continue_false": [Rejected],
    "hooks_all_api_error": [Rejected],
    "hooks_all_bash": [None],
    "hooks_all_denied": [None],
    "hooks_all_permission": [None],
    "interrupt_before_first_byte": [Cancelled],
    "interrupt_in_tool": [Cancelled],
    "interrupt_same_write": [Cancelled, None],
    "max_budget": [LimitReached, LimitReached, None, None],
    "max_turns_1_tool": [LimitReached],
    "max_turns_2_parallel": [None],
    "perm_deny": [None],
    "perm_error_reply": [None],
    "perm_garbage": [None],
    "perm_write_file": [None],
    "queue_cancel_async": [None],
    "queue_interrupt_cancel_queued": [Cancelled],
    "queue_interrupt_keeps_queued": [Cancelled, None],
    "queue_priority_now": [Cancelled, None],
    "queue_no_uuid_during_tool": [None],
    "queue_origin_human": [None, None],
    "queue_priority_later": [None, None],
    "rate_limit_rejected_oauth": [RateLimited],
    "resume_drops_turn_bad": [Rejected],
    "resume_unknown_uuid": [Rejected],
    "stop_ctx_exceeded": [LimitReached],
    "stop_refusal": [Refused],
    "stop_task": [None],
    "structured_always_bad": [SchemaFailed],
    "structured_fix": [None],
    "structured_init_field": [None],
    "structured_max_turns_1": [None],
    "structured_never_called": [SchemaFailed],
    "structured_ok": [None],
    "structured_ok_partial": [None],
    "structured_text_first": [SchemaFailed],
    "structured_two_turns": [None, None, None, None],
    "two_turns_sequential": [None, None],
    "queue_two_at_once_idle": [None, None],
    "bg_bash": [None, None],
}
"""What became of the turns of a recording; None is a completion."""


def read(name, data=None):
    """The turns that ended in a recording, as a session hears of them."""
    schema = {"json_schema": {"type": "object"}} if name.startswith("structured_") else {}
    codec, conversation = ClaudeCodec(), ClaudeConversation(check_options(schema))
    raw = (CAPTURES / f"{name}.ndjson").read_bytes() if data is None else data
    batches = [*codec.feed(raw), *codec.finish()[0]]
    frames = [frame for batch in batches for frame in batch.frames]
    events = [conversation.read(f) for f in frames if type(f) in conversation.significant]
    return conversation, [event for event in events if isinstance(event, TurnEnded)]


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_each_turn_of_a_recording_has_the_outcome_it_had(name):
    _, ended = read(name)
    errors = [event.verdict.error for event in ended]
    assert [type(error) if error else None for error in errors] == OUTCOMES[name]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("hook_post_continue_false", "stopped_by_hook"),
        ("hook_pre_continue_false", "stopped_by_hook"),
        ("hook_ups_continue_false", "not_asked"),
        ("resume_unknown_uuid", "resume_not_found"),
        ("err_404_model", "model_not_found"),
    ],
)
def test_a_rejected_turn_tells_what_was_rejected(name, code):
    _, ended = read(name)
    assert [event.verdict.error.code for event in ended] == [code]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("stop_ctx_exceeded", "context"),
        ("err_prompt_too_long", "context"),
        ("err_credit", "credit"),
        ("max_turns_1_tool", "turns"),
    ],
)
def test_a_limit_that_was_reached_is_named_with_its_own_hint(name, limit):
    _, ended = read(name)
    error = ended[0].verdict.error
    assert error.limit == limit
    assert error.context.hint


@pytest.mark.parametrize("name", NAMES)
def test_no_recording_gives_a_success_over_an_error_of_the_wire(name):
    _, ended = read(name)
    lines = (CAPTURES / f"{name}.ndjson").read_bytes().split(b"\n")
    results = [
        json.loads(line) for line in lines if line[:1] == b"{" and b'"type":"result"' in line
    ]
    assert len(ended) == len(results)
    for event, frame in zip(ended, results, strict=True):
        assert event.verdict.error is not None or not frame["is_error"]


@pytest.mark.parametrize("name", ["two_turns_sequential", "err_401", "partial_text", "bg_bash"])
@pytest.mark.parametrize("status", [ExitStatus(code=0), ExitStatus(code=1), ExitStatus(signal=9)])
def test_a_recording_that_breaks_off_before_its_result_is_never_a_success(name, status):
    raw = (CAPTURES / f"{name}.ndjson").read_bytes()
    first_result = raw.index(b'"type":"result"')
    for cut in range(0, first_result, max(1, first_result // 200)):
        conversation, ended = read(name, raw[:cut])
        assert ended == []
        assert conversation.death(status, "", bytes_lost=0).ok is False


def test_the_sum_of_what_the_turns_cost_is_the_running_total():
    _, ended = read("two_turns_sequential")
    total = sum(event.verdict.spend.cost_usd for event in ended)
    assert total == pytest.approx(ended[-1].verdict.running.cost_usd)


def test_an_unsolicited_result_names_no_prompt():
    _, ended = read("bg_bash")
    assert [bool(event.turn_ids) for event in ended] == [True, False]


def test_a_limit_tells_when_it_resets():
    _, ended = read("rate_limit_rejected_oauth")
    assert ended[0].verdict.error.resets_at > 1_700_000_000
