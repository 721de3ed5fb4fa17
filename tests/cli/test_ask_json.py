"""``--output json`` prints one object whatever happens, ``stream-json`` the lines of the CLI."""

import json

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Exit, Permission, RateLimit, Result, Text, ToolUse

KEYS = {
    "cost_usd",
    "duration_seconds",
    "error",
    "exit_code",
    "ok",
    "outcome",
    "permission_denials",
    "rounds",
    "session_id",
    "stop_reason",
    "structured",
    "text",
    "total_cost_usd",
    "turn_id",
    "usage",
}


def test_a_complete_answer_is_one_object(run_here, simulator):
    done = run_here("ask", "-o", "json", "--executable", simulator().path, "hello")
    told = done.object
    assert set(told) == KEYS
    assert (done.code, told["outcome"], told["ok"], told["exit_code"]) == (0, "completed", True, 0)
    assert (told["text"], told["error"]) == ("You said: hello", None)
    assert told["usage"]["input_tokens"] == 10
    assert told["cost_usd"] == told["total_cost_usd"] == 0.00014
    assert told["session_id"]
    assert 0 < told["duration_seconds"] < 10


def test_a_failed_turn_is_one_object_too(run_here, simulator):
    installed = simulator(Scenario(turns=[[Text("I begin"), Exit(3)]]))
    done = run_here("ask", "-o", "json", "--executable", installed.path, "hello")
    told = done.object
    assert set(told) == KEYS
    assert (done.code, told["outcome"]) == (1, "outcome_unknown")
    assert (told["ok"], told["exit_code"]) == (False, 1)
    assert told["text"] == "I begin"
    assert told["error"]["category"] == "process"
    assert done.err.startswith("error: ")


def test_the_finer_code_of_a_failure_stands_beside_its_class(run_here, simulator):
    installed = simulator(Scenario(turns=[[ApiError(404, "model_not_found", "no such model")]]))
    told = run_here("ask", "-o", "json", "--executable", installed.path, "hello").object
    assert (told["outcome"], told["error"]["code"]) == ("rejected", "model_not_found")


def test_a_limit_tells_when_it_resets(run_here, simulator):
    steps = [RateLimit(resets_at=1_900_000_000), ApiError(429, "rate_limit", "too fast")]
    installed = simulator(Scenario(turns=[steps]))
    done = run_here("ask", "-o", "json", "--executable", installed.path, "hello", TZ="UTC")
    assert done.object["error"]["resets_at"] == 1_900_000_000
    assert done.err.endswith("hint: the limit resets at 17:46 on 2030-03-17\n")


def test_structured_output_and_denials_are_there(run_here, simulator):
    result = Result(fields={"structured_output": [1, 2]})
    call = ToolUse("Bash", {"command": "x"})
    installed = simulator(Scenario(turns=[[call, Permission(), result]]))
    schema = '--option=json_schema={"type": "array"}'
    told = run_here("ask", "-o", "json", schema, "--executable", installed.path, "x").object
    assert told["structured"] == [1, 2]
    assert told["permission_denials"][0]["tool_name"] == "Bash"


def test_stream_json_is_the_frames_of_the_cli_byte_for_byte(run_here, simulator):
    installed = simulator(Scenario(turns=[[Text("grün \x1b[31m")]]))
    done = run_here("ask", "-o", "stream-json", "--executable", installed.path, "hello")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["type"] for line in lines] == ["system", "assistant", "result"]
    assert lines[1]["message"]["content"][0]["text"] == "grün \x1b[31m"
    assert "control_response" not in done.out


@pytest.mark.parametrize("form", ["json", "stream-json"])
def test_json_is_not_streamed_in_pieces_nobody_asked_for(run_here, simulator, form):
    installed = simulator()
    run_here("ask", "-o", form, "--executable", installed.path, "hello")
    assert "--include-partial-messages" not in installed.record().argv


def test_partial_frames_can_be_asked_for(run_here, simulator):
    wanted = "--option=include_partial_messages=true"
    done = run_here("ask", "-o", "stream-json", wanted, "--executable", simulator().path, "hello")
    assert '"stream_event"' in done.out
