"""Answers to our control requests, typed, and never lost."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import Drift
from greenroom_protocol.claude import control
from greenroom_protocol.claude.answers import (
    ANSWERS,
    CancelReceipt,
    ContextUsage,
    InterruptReceipt,
    McpServers,
    McpSetServersResult,
    RewindResult,
    ServerInfo,
    SetPermissionModeResult,
    TaskOutput,
    read_answer,
)

CAPTURES = Path(__file__).parent.parent / "captures" / "claude"
REQUESTS = {kind.__struct_config__.tag: kind for kind in ANSWERS}
VERSION = "2.1.329"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def request(kind):
    required = [field.name for field in msgspec.structs.fields(kind) if field.required]
    return kind(**dict.fromkeys(required, "x"))


def objects(lines):
    for line in lines.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


@pytest.fixture(scope="module", name="exchanges")
def _exchanges():
    """All that was asked and answered in the recorded conversations: subtype, response."""
    found = []
    for sent in sorted((CAPTURES / "stdin").glob("*.ndjson")):
        asked = {
            line.get("request_id"): line["request"]["subtype"]
            for line in objects(sent.read_bytes())
            if line.get("type") == "control_request"
            and "request_id" in line
            and isinstance(line.get("request"), dict)
        }
        answers = CAPTURES / sent.name
        for line in objects(answers.read_bytes() if answers.exists() else b""):
            response = line.get("response")
            if line.get("type") == "control_response" and response.get("request_id") in asked:
                found.append((asked[response["request_id"]], response))
    return found


def test_every_recorded_answer_fits_its_class_whole(exchanges):
    drift, seen = Drift(), set()
    for subtype, response in exchanges:
        if subtype in REQUESTS and response["subtype"] == "success":
            kind = REQUESTS[subtype]
            answer = read_answer(request(kind), response.get("response"), drift=drift)
            assert type(answer) is ANSWERS[kind], subtype
            seen.add(subtype)
    assert not drift
    assert len(seen) >= 12


def test_an_answer_without_a_payload_is_none():
    assert read_answer(control.McpToggle(server_name="x", enabled=True), None) is None


def test_an_answer_without_a_class_comes_as_it_is():
    assert read_answer(control.GetSettings(), {"effective": {}}) == {"effective": {}}


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__struct_config__.tag)
@pytest.mark.parametrize("payload", [None, [], "x", 5, True])
def test_what_is_no_object_comes_as_it_is(kind, payload):
    assert read_answer(request(kind), payload) is payload


@pytest.mark.parametrize(
    ("asked", "payload"),
    [
        (control.RewindFiles(user_message_id="x"), {}),
        (control.CancelAsyncMessage(message_uuid="x"), {"cancelled": "yes"}),
        (control.GetTaskOutput(task_id="x"), {"output": None}),
        (control.McpStatus(), {"servers": []}),
        (control.GetContextUsage(), {"categories": []}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_answer_without_its_essence_comes_as_it_is(asked, payload):
    assert read_answer(asked, payload) is payload


@given(st.sampled_from(list(ANSWERS)), st.dictionaries(st.text(), JSON, max_size=4))
def test_reading_never_raises(kind, payload):
    answer = read_answer(request(kind), payload)
    assert answer is payload or isinstance(answer, ANSWERS[kind])


@given(st.sampled_from(list(ANSWERS)), st.data())
def test_members_of_a_wrong_type_cost_themselves_only(kind, data):
    names = [field.encode_name for field in msgspec.structs.fields(ANSWERS[kind])]
    payload = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON)))
    answer = read_answer(request(kind), payload)
    assert answer is payload or isinstance(answer, ANSWERS[kind])


def test_servers_are_told_with_their_tools():
    payload = {
        "mcpServers": [
            {
                "name": "calc",
                "status": "connected",
                "serverInfo": {"name": "calc", "version": "1"},
                "transport": "stdio",
                "scope": "dynamic",
                "source": "dynamic",
                "config": {"type": "stdio", "command": "calc", "args": []},
                "tools": [{"name": "add", "annotations": {"readOnly": True}}],
            },
            {"name": "bad", "status": "failed", "error": "ENOENT", "new": 1},
        ]
    }
    answer = read_answer(control.McpStatus(), payload)
    assert isinstance(answer, McpServers)
    calc, bad = answer.servers
    assert (calc.server_info.version, calc.tools[0].name) == ("1", "add")
    assert calc.tools[0].annotations == {"readOnly": True}
    assert (bad.status, bad.error, bad.tools) == ("failed", "ENOENT", ())


def test_one_odd_tool_does_not_cost_its_server():
    payload = {"mcpServers": [{"name": "x", "status": "connected", "tools": "none"}]}
    drift = Drift()
    answer = read_answer(control.McpStatus(), payload, drift=drift)
    assert answer.servers[0].tools == ()
    assert drift.salvaged


@pytest.mark.parametrize(
    ("asked", "payload", "answer"),
    [
        (control.Interrupt(), {"still_queued": ["a"]}, InterruptReceipt(still_queued=("a",))),
        (
            control.Interrupt(cancel_queued=True),
            {"still_queued": [], "cancelled": ["a"]},
            InterruptReceipt(cancelled=("a",)),
        ),
        (
            control.CancelAsyncMessage(message_uuid="a"),
            {"cancelled": True, "message_uuid": "a"},
            CancelReceipt(cancelled=True, message_uuid="a"),
        ),
        (
            control.RewindFiles(user_message_id="a", dry_run=True),
            {"canRewind": True, "filesChanged": ["f"], "insertions": 1, "deletions": 2},
            RewindResult(can_rewind=True, files_changed=("f",), insertions=1, deletions=2),
        ),
        (
            control.RewindFiles(user_message_id="a"),
            {"canRewind": True, "skippedLinks": 0},
            RewindResult(can_rewind=True, skipped_links=0),
        ),
        (
            control.McpSetServers(servers={}),
            {"added": ["a"], "removed": [], "errors": {"a": "ENOENT"}},
            McpSetServersResult(added=("a",), errors={"a": "ENOENT"}),
        ),
        (
            control.GetTaskOutput(task_id="a"),
            {"output": "x", "total_bytes": 1, "truncated": False},
            TaskOutput(output="x", total_bytes=1),
        ),
        (
            control.SetPermissionMode(mode="plan"),
            {"mode": "plan"},
            SetPermissionModeResult(mode="plan"),
        ),
    ],
    ids=["interrupt", "interrupt all", "cancel", "dry run", "rewind", "servers", "task", "mode"],
)
def test_receipts_are_values(asked, payload, answer):
    assert read_answer(asked, payload) == answer


def test_the_handshake_tells_about_hooks_and_keeps_what_is_new(exchanges):
    answers = [
        read_answer(control.Initialize(), response["response"])
        for subtype, response in exchanges
        if subtype == "initialize" and response["subtype"] == "success"
    ]
    infos = [answer for answer in answers if isinstance(answer, ServerInfo)]
    assert {info.hooks_applied for info in infos} == {None, True}
    last = infos[-1]
    assert last.claude_code_version == VERSION
    assert last.raw["fast_mode_state"] == "off"
    assert {command.name for command in last.commands} & {"deep-research", "dataviz"}
    assert last.models[0].value == "default"
    assert last.account.api_provider == "firstParty"


def test_how_full_the_context_is_is_told_by_category(exchanges):
    payload = next(
        response["response"]
        for subtype, response in exchanges
        if subtype == "get_context_usage" and response["subtype"] == "success"
    )
    usage = read_answer(control.GetContextUsage(), payload)
    assert isinstance(usage, ContextUsage)
    assert {part.kind for part in usage.categories} >= {"used", "free"}
    assert usage.total_tokens <= usage.max_tokens
    assert usage.raw is payload
    assert "gridRows" in usage.raw
