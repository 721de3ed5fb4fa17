"""X14, X15: no line of a CLI breaks the decoder, is read in two ways, or makes anything run."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.backends.claude.conversation import ClaudeConversation
from greenroom.backends.events import Question
from greenroom.callbacks import Refusal
from greenroom.hooks import HookSet
from greenroom.permissions import PermissionService
from greenroom.session.callbacks import Callbacks
from greenroom.testing import Scenario
from greenroom.testing.scenario import Ask, Frame, Garbage, Raw, Text
from greenroom.tools import ToolServers
from greenroom_protocol import Garbage as GarbageLine
from greenroom_protocol import Unknown
from greenroom_protocol.claude import CanUseTool, ControlRequest, FrameDecoder, UnknownRequest
from greenroom_protocol.claude.options import check_options
from greenroom_protocol.duplicates import duplicate_key


def asking(request, request_id='"q1"'):
    return f'{{"type":"control_request","request_id":{request_id},"request":{request}}}'.encode()


PLAIN = asking('{"subtype":"can_use_tool","tool_name":"Bash","input":{"command":"ls"}}')
TWO_READINGS = {
    "the command": '{"subtype":"can_use_tool","tool_name":"Bash",'
    '"input":{"command":"ls","command":"rm -rf /"}}',
    "the tool": '{"subtype":"can_use_tool","tool_name":"Read","tool_name":"Bash","input":{}}',
    "the subtype": '{"subtype":"mcp","subtype":"can_use_tool","tool_name":"Bash","input":{}}',
    "the input": '{"subtype":"can_use_tool","tool_name":"Bash","input":{},"input":{"a":1}}',
    "an escape": '{"subtype":"can_use_tool","tool_name":"Bash","input":{"a":1,"\\u0061":2}}',
    "half characters": '{"subtype":"can_use_tool","tool_name":"B",'
    '"input":{"\\ud800":1,"\\udfff":2}}',
    "something deep": '{"subtype":"hook_callback","callback_id":"h",'
    '"input":{"l":[[{"x":{"y":1,"y":2}}]]}}',
    "beside a retyped member": '{"subtype":"can_use_tool","tool_name":"Bash","title":7,'
    '"input":{"a":1,"a":2}}',
}


@pytest.mark.parametrize("what", TWO_READINGS)
def test_a_question_that_can_be_read_in_two_ways_is_nothing_to_decide_about(what):
    decoder = FrameDecoder()
    line = asking(TWO_READINGS[what])
    for frame in (decoder.decode(line), *decoder.decode_block(PLAIN + b"\n" + line)[1:]):
        assert isinstance(frame, ControlRequest)
        assert isinstance(frame.request, UnknownRequest)
        assert frame.request_id == "q1"
    assert decoder.drift.unknown["control_request.request"] == 2


@pytest.mark.parametrize("what", TWO_READINGS)
def test_nobody_answers_it_but_with_a_refusal(what):
    conversation = ClaudeConversation(check_options({}))
    event = conversation.read(FrameDecoder().decode(asking(TWO_READINGS[what])))
    assert isinstance(event, Question)
    everybody = Callbacks(
        hooks=HookSet.of({"PreToolUse": print}),
        permissions=PermissionService(print),
        servers=ToolServers.of({"shop": []}),
    )
    services = everybody.open(lambda *_: None)
    assert type(event.inquiry) not in services.table
    answer = json.loads(conversation.answer(event, Refusal("no")))["response"]
    assert (answer["subtype"], answer["request_id"]) == ("error", "q1")
    services.close()


def test_a_plain_question_stays_what_it_is():
    for frame in (
        FrameDecoder().decode(PLAIN),
        *FrameDecoder().decode_block(PLAIN + b"\n" + PLAIN),
    ):
        assert isinstance(frame.request, CanUseTool)
        assert frame.request.input == {"command": "ls"}


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"control_response","response":{"subtype":"error","subtype":"success"}}',
        b'{"type":"control_response","response":{"subtype":"error","error":"a","error":"b"}}',
        b'{"type":"control_cancel_request","request_id":"a","request_id":"b"}',
    ],
)
def test_an_answer_that_can_be_read_in_two_ways_answers_nothing(line):
    frame = FrameDecoder().decode(line)
    assert isinstance(frame, Unknown)
    assert "stands twice" in frame.reason
    assert frame.raw == line


def test_a_session_refuses_such_a_question_and_goes_on(play):
    line = asking(TWO_READINGS["the command"]).decode()
    scenario = Scenario(turns=[[Raw(f"{line}\n"), Text("went on")]])
    with play(scenario, api_key="sk-not-real") as session:
        assert session.ask("hello").text(10) == "went on"
        record = session.simulator.wait_for(lambda record: len(record.answers) == 1)
    assert record.answers[0]["subtype"] == "error"


KEYS = st.sampled_from(["a", "b", "", "\u00e9", "\n", '"'])
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(KEYS, inner), max_size=4),
    max_leaves=12,
)


def written(value):
    """JSON of `value`, in which a list of pairs is an object that may hold a key twice."""
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return "{" + ",".join(f"{json.dumps(k)}:{written(v)}" for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


def twice(value):
    if not isinstance(value, list):
        return False
    if value and isinstance(value[0], tuple):
        keys = [key for key, _ in value]
        return len(set(keys)) < len(keys) or any(twice(inner) for _, inner in value)
    return any(map(twice, value))


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_a_key_that_stands_twice_is_found_at_any_depth_and_no_other(value):
    assert (duplicate_key(written(value).encode()) is not None) is twice(value)


BOMBS = {
    "depth": b'{"type":"user","message":' + b"[" * 100_000,
    "closed depth": asking('{"subtype":"can_use_tool","tool_name":"x","input":{"a":%s1%s}}')
    % (b"[" * 50_000, b"]" * 50_000),
    "objects in objects": b'{"a":' * 100_000,
    "a huge integer": b'{"type":"result","subtype":"success","is_error":false,"n":'
    + b"9" * 100_000
    + b"}",
    "a huge exponent": b'{"type":"keep_alive","n":1e999999999}',
    "NaN": b'{"type":"result","subtype":"success","is_error":false,"total_cost_usd":NaN}',
    "Infinity": b'{"type":"result","subtype":"success","is_error":false,"ttft_ms":-Infinity}',
    "UTF-16": '{"type":"keep_alive"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"type":"keep_alive"}'.encode("utf-16-le"),
    "UTF-32": '{"type":"keep_alive"}'.encode("utf-32"),
    "bad UTF-8": b'{"type":"user","message":{"role":"user","content":"\xff\xc0\xaf\xed\xa0\x80"}}',
    "half a pair": b'{"type":"user","message":{"role":"user","content":"\\ud800"}}',
    "many members": b'{"type":"user",' + b",".join(b'"k%d":{}' % n for n in range(300_000)) + b"}",
    "NUL": b'{"type":"keep_alive"}\0',
    "just a string": b'"type"',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_its_own_line_at_most(bomb):
    decoder = FrameDecoder()
    alive = b'{"type":"keep_alive"}'
    began = time.perf_counter()
    frames = decoder.decode_block(b"\n".join([alive, BOMBS[bomb], alive]))
    assert time.perf_counter() - began < 5
    assert [type(frames[0]), type(frames[-1])] == [type(decoder.decode(alive))] * 2
    assert len(frames) == 3


@pytest.mark.parametrize("bomb", ["NaN", "Infinity", "UTF-16", "UTF-32", "NUL", "depth"])
def test_what_is_no_json_is_garbage(bomb):
    assert isinstance(FrameDecoder().decode(BOMBS[bomb]), GarbageLine | Unknown)


def test_a_session_survives_all_of_them(play):
    bombs = [Raw(data=bomb + b"\n") for name, bomb in BOMBS.items() if "huge" not in name]
    kinds = ["deep", "lone_surrogate", "utf8", "nul", "null", "array", "text"]
    steps = [*bombs, *(Garbage(kind) for kind in kinds), Text("still here")]
    with play(Scenario(turns=[steps]), api_key="sk-not-real") as session:
        assert session.ask("hello").text(20).endswith("still here")


INERT = [
    {"__class__": "os.system", "__reduce__": ["os.system", ["touch it"]]},
    {"py/object": "subprocess.Popen", "py/reduce": [{"py/type": "os.system"}, ["touch it"]]},
    {"__import__": "os", "__init__": {"__globals__": {}}, "__proto__": {"admin": True}},
    {"$ref": "file:///etc/passwd", "!!python/object/apply:os.system": ["touch it"]},
    {"constructor": {"prototype": {"x": 1}}, "{{7*7}}": "${7*7}", "__dict__": {}},
]


@pytest.mark.parametrize("inert", INERT)
def test_names_that_mean_something_elsewhere_are_mere_text_here(play, inert, project):
    steps = [
        Frame({"type": "system", "subtype": "status", **inert}),
        Frame({"type": "assistant", "message": {"content": [{"type": "text", **inert}]}, **inert}),
        Ask({"subtype": "can_use_tool", "tool_name": "x", "input": inert, **inert}),
        Ask({"subtype": "hook_callback", "callback_id": "x", "input": inert}),
        Frame(inert),
        Text("done"),
    ]
    with play(Scenario(turns=[steps]), api_key="sk-not-real") as session:
        outcome = session.ask("hello").outcome(10)
    assert outcome.ok
    assert "done" in outcome.text
    assert list(project.iterdir()) == []


@pytest.mark.parametrize("seed", range(20))
def test_broken_control_lines_never_become_a_question_about_a_tool(seed):
    """A line that was changed anywhere asks the same, asks nothing, or is refused."""
    chance, decoder = random.Random(seed), FrameDecoder()
    for _ in range(200):
        line = bytearray(asking(chance.choice(list(TWO_READINGS.values()))))
        for _ in range(chance.randrange(1, 3)):
            line[chance.randrange(len(line))] = chance.choice(b'{}[]",:\\u0019abz \xff')
        frame = decoder.decode(bytes(line))
        if isinstance(frame, ControlRequest) and isinstance(frame.request, CanUseTool):
            assert duplicate_key(bytes(line).decode("utf-8", "replace").encode()) is None
