"""Control requests to the simulated CLI."""

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Reply, Scenario
from greenroom_protocol.claude import (
    Assistant,
    BackgroundTasksChanged,
    ControlError,
    ControlResponse,
    Result,
    Status,
    SystemInit,
    User,
)

SILENT = Scenario(turns=[[s.Text("so far"), s.Wait()], [s.Text("next")]])


def ask(client, subtype, **members):
    client.request(subtype, **members)
    return client.expect(ControlResponse).response


def test_initialize_is_answered_like_the_cli_does(play):
    client = play(Scenario(cli_version="2.1.400"), "--permission-mode=plan")
    response = ask(client, "initialize", hooks={"Stop": [{"hookCallbackIds": ["h"]}]}).response
    assert response["claude_code_version"] == "2.1.400"
    assert response["current_permission_mode"] == "plan"
    assert response["pid"] == client.process.pid
    assert response["hooks_applied"] is True
    assert len(response) >= 17
    assert b'"pending_permission_requests":[]' in client.raw


def test_a_second_initialize_tells_the_background_tasks(play):
    client = play(Scenario())
    ask(client, "initialize")
    client.request("initialize")
    assert client.expect(BackgroundTasksChanged).tasks == ()
    client.expect(ControlResponse)


def test_the_model_can_be_set_and_reset(play):
    client = play(Scenario(), "--model=opus")
    assert ask(client, "set_model", model="sonnet").response == {"model": "sonnet"}
    assert isinstance(ask(client, "set_model", model=""), ControlError)
    assert ask(client, "set_model").response == {"model": "opus"}
    assert [frame.is_replay for frame in client.frames if isinstance(frame, User)] == [True, True]


def test_the_permission_mode_can_be_set_to_one_that_exists(play):
    client = play(Scenario())
    client.request("set_permission_mode", mode="acceptEdits")
    assert client.expect(Status).permission_mode == "acceptEdits"
    client.expect(ControlResponse)
    assert ask(client, "set_permission_mode", mode="zzz").error_code == "invalid_mode"
    client.prompt()
    assert client.expect(SystemInit).permission_mode == "acceptEdits"


def test_other_requests_are_answered_or_refused_by_name(play):
    client = play(Scenario())
    assert ask(client, "mcp_status").response == {"mcpServers": []}
    assert ask(client, "set_max_thinking_tokens", max_thinking_tokens=1).response is None
    refused = ask(client, "no_such_thing")
    assert refused.error == "Unsupported control request subtype: no_such_thing"
    assert refused.error_code == "unsupported_request"


def test_requests_are_served_while_a_turn_is_silent(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    assert ask(client, "mcp_status").response == {"mcpServers": []}


@pytest.mark.parametrize("subtype", ["initialize", "set_model", "made_up"])
def test_a_reply_can_be_changed_delayed_refused_or_withheld(play, subtype):
    changed = Reply(before=[s.Gate("go")], response={"extra": 1})
    client = play(Scenario(requests={subtype: changed, "mcp_status": Reply(error="not now")}))
    client.request(subtype, model="m")
    assert ask(client, "mcp_status").error == "not now"
    client.simulator.open_gate("go")
    assert client.expect(ControlResponse).response.response["extra"] == 1


def test_a_reply_can_be_withheld(play):
    client = play(Scenario(requests={"initialize": Reply(ignore=True)}))
    client.request("initialize")
    client.prompt()
    client.expect(Result)
    assert not [frame for frame in client.frames if isinstance(frame, ControlResponse)]


def test_end_session_answers_and_exits(play):
    client = play(Scenario())
    ask(client, "end_session")
    assert client.rest() == []
    assert client.wait() == 0
