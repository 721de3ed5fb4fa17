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


def statuses(client):
    servers = ask(client, "mcp_status").response["mcpServers"]
    return {server["name"]: server["status"] for server in servers}


def test_servers_can_be_replaced_switched_and_connected_again(play):
    client = play(Scenario())
    given = {"files": {"type": "stdio", "command": "x", "args": []}, "bad": {"command": "x"}}
    answer = ask(client, "mcp_set_servers", servers=given).response
    assert (answer["added"], answer["removed"], [*answer["errors"]]) == (["files"], [], ["bad"])
    assert statuses(client) == {"files": "connected"}
    assert ask(client, "mcp_toggle", serverName="files", enabled=False).response is None
    assert statuses(client) == {"files": "disabled"}
    ask(client, "mcp_toggle", serverName="files", enabled=True)
    assert ask(client, "mcp_reconnect", serverName="files").response is None
    assert statuses(client) == {"files": "connected"}
    assert ask(client, "mcp_reconnect", serverName="nope").error == "Server not found: nope"
    assert ask(client, "mcp_set_servers", servers={}).response["removed"] == ["files"]
    assert statuses(client) == {}


def test_servers_of_the_client_are_never_connected_again(play):
    client = play(Scenario(), '--mcp-config={"mcpServers":{"calc":{"type":"sdk","name":"calc"}}}')
    refused = ask(client, "mcp_reconnect", serverName="calc")
    assert refused.error == "SDK servers should be handled in print.ts"


def test_files_are_rewound_only_where_checkpoints_are_kept(play):
    client = play(Scenario())
    assert ask(client, "rewind_files", user_message_id="u").error == (
        "File rewinding is not enabled."
    )


@pytest.mark.parametrize(
    ("subtype", "members"),
    [
        ("get_context_usage", {"categories", "totalTokens", "maxTokens"}),
        ("get_task_output", {"output", "total_bytes", "truncated"}),
        ("background_tasks", set()),
        ("stop_task", set()),
    ],
)
def test_readouts_have_the_members_of_the_cli(play, subtype, members):
    assert members <= ask(play(Scenario()), subtype, task_id="t").response.keys()
