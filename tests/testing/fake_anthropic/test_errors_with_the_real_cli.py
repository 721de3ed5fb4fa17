"""How the real CLI takes the failures of an API."""

import pytest

from greenroom.testing.fake_anthropic import (
    Drop,
    Error,
    FakeAnthropic,
    Text,
    limit_reached,
    refusal,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(30)]


def is_result(frame):
    return frame["type"] == "result"


@pytest.mark.parametrize(
    ("reply", "category"),
    [
        (Error(401), "authentication_failed"),
        (Error(403), "authentication_failed"),
        (Error(404), "model_not_found"),
        (Error(429, retry_after=120), "rate_limit"),
        (Error(500), "server_error"),
        (Error(529), "server_error"),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_errors_of_the_api_end_the_turn_and_not_the_session(api, start, reply, category):
    api.on("fail", reply)
    cli = start()
    result = cli.turn("fail")
    assert (result["is_error"], result["api_error_status"]) == (True, reply.status)
    assert cli.of("assistant")[0]["error"] == category
    assert cli.turn("go on")["result"] == "You said: go on"


def test_a_usage_limit_is_told_with_the_time_it_resets(api, start):
    api.on("too much", limit_reached(1_999_999_999))
    cli = start(oauth=True, CLAUDE_CODE_MAX_RETRIES="2")
    result = cli.turn("too much")
    assert (result["is_error"], result["api_error_status"], len(api.requests)) == (True, 429, 1)
    (event,) = cli.of("rate_limit_event")
    assert event["rate_limit_info"]["status"] == "rejected"
    assert event["rate_limit_info"]["resetsAt"] == 1_999_999_999


def test_a_model_that_does_not_exist_is_not_found(start):
    with FakeAnthropic(models=["claude-opus-5-5"]) as api:
        cli = start("--model=nonsense", server=api)
        result = cli.turn("hello")
        assert (cli.end(), result["api_error_status"]) == (1, 404)
        assert cli.of("assistant")[0]["error"] == "model_not_found"


def test_a_retry_gets_the_next_reply(api, start):
    api.on("again", Error(500), Text("second time lucky"))
    cli = start(CLAUDE_CODE_MAX_RETRIES="1")
    assert cli.turn("again")["result"] == "second time lucky"
    assert [f["error_status"] for f in cli.frames if f.get("subtype") == "api_retry"] == [500]


@pytest.mark.parametrize("events", [0, 3])
def test_a_dropped_connection_is_tried_again(api, start, events):
    api.on("drop", Drop(events), Text("whole"))
    cli = start(CLAUDE_CODE_MAX_RETRIES="1")
    assert cli.turn("drop")["result"] == "whole"


def test_a_bad_request_is_tried_again_in_silence(api, start):
    api.on("badly", Error(400))
    cli = start()
    assert cli.turn("badly")["result"] == "API Error: 400 The request was not valid."
    assert len(api.requests) == 3
    assert not [f for f in cli.frames if f.get("subtype") == "api_retry"]


def test_a_prompt_after_a_failed_turn_is_not_taken_for_it(api, start):
    api.on("second", Text("to the second"))
    api.on("first", Error(403))
    cli = start()
    assert cli.turn("first")["is_error"]
    assert cli.turn("second")["result"] == "to the second"


def test_a_refusal_is_an_error_of_the_turn(api, start):
    api.on("forbidden", refusal())
    result = start().turn("forbidden")
    assert (result["is_error"], len(api.requests)) == (True, 2)
