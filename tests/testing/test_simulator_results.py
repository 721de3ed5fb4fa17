"""The results of the simulated CLI: its words, and the ways to bend them."""

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, Turn
from greenroom_protocol.claude import (
    Assistant,
    CommandLifecycle,
    Result,
    SystemInit,
)


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


@pytest.mark.parametrize(
    ("subtype", "state"),
    [
        ("success", "completed"),
        ("error_max_turns", "completed"),
        ("error_during_execution", "cancelled"),
        ("error_max_budget_usd", "cancelled"),
        ("error_max_structured_output_retries", "cancelled"),
    ],
)
def test_prompts_count_as_cancelled_behind_some_errors(play, subtype, state):
    client = play(Scenario(turns=[[s.Result(subtype)]]))
    client.prompt(uuid="p-0")
    client.expect(Result)
    assert client.expect(CommandLifecycle, command_uuid="p-0").state == state


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
