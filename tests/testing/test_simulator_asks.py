"""Questions of the simulated CLI to its client."""

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario
from greenroom_protocol.claude import (
    CanUseTool,
    ControlCancelRequest,
    ControlRequest,
    ControlResponse,
    Elicitation,
    HookCallback,
    McpMessage,
    Result,
    SessionStateChanged,
    SystemInit,
    User,
)

TOOL = s.ToolUse("Bash", {"command": "rm x"}, id="t-1")
ASKING = Scenario(turns=[[TOOL, s.Permission([s.ToolResult("gone")]), s.Text("after")]])


def open_question(play, scenario=ASKING):
    client = play(scenario)
    client.prompt()
    return client, client.expect(ControlRequest)


def test_a_permission_question_names_the_open_tool_call(play):
    client, question = open_question(play)
    assert isinstance(question.request, CanUseTool)
    assert question.request.tool_name == "Bash"
    assert question.request.input == {"command": "rm x"}
    assert question.request.tool_use_id == "t-1"
    states = [frame.state for frame in client.frames if isinstance(frame, SessionStateChanged)]
    assert states == ["running", "requires_action"]


def test_an_allowed_tool_runs(play):
    client, question = open_question(play)
    client.answer(question, {"behavior": "allow"})
    client.expect(SessionStateChanged, state="running")
    assert client.expect(User).message.blocks[0].content == "gone"
    assert client.expect(Result).result == "after"


def test_a_denied_tool_does_not_run_and_is_listed(play):
    client, question = open_question(play)
    client.answer(question, {"behavior": "deny", "message": "no"})
    [block] = client.expect(User).message.blocks
    assert (block.content, block.is_error) == ("no", True)
    result = client.expect(Result)
    assert [denial.tool_use_id for denial in result.permission_denials] == ["t-1"]
    assert result.is_error is False


def test_a_denial_can_interrupt_the_turn(play):
    client, question = open_question(play)
    client.answer(question, {"behavior": "deny", "message": "stop", "interrupt": True})
    assert client.expect(Result).terminal_reason == "aborted_tools"
    assert client.finish() == 1


def test_a_denial_that_interrupts_a_sub_agent_ends_it_alone(play):
    asking = s.Permission(allowed=[], fields={"agent_id": "a-1"})
    client = play(Scenario(turns=[[s.ToolUse("Bash", {}, id="t-1"), asking, s.Text("after")]]))
    client.prompt()
    question = client.expect(ControlRequest)
    client.answer(question, {"behavior": "deny", "message": "stop", "interrupt": True})
    assert client.expect(User).message.blocks[0].content == "stop"
    assert client.expect(Result).result == "after"


@pytest.mark.parametrize("answer", [{}, {"behavior": "perhaps"}, {"behavior": "deny"}, 5, None])
def test_an_answer_it_does_not_understand_fails_the_tool_alone(play, answer):
    client, question = open_question(play)
    client.answer(question, answer)
    [block] = client.expect(User).message.blocks
    assert "invalid permission result" in block.content
    assert client.expect(Result).permission_denials == ()


def test_an_error_answer_fails_the_tool_with_its_text(play):
    client, question = open_question(play)
    error = {"subtype": "error", "request_id": question.request_id, "error": "boom"}
    client.send({"type": "control_response", "response": error})
    [block] = client.expect(User).message.blocks
    assert block.content == "Tool permission request failed: Error: boom"


def test_an_interrupt_withdraws_the_question(play):
    client, question = open_question(play)
    client.request("interrupt")
    assert client.expect(ControlCancelRequest).request_id == question.request_id
    client.expect(ControlResponse)
    assert client.expect(Result).is_error
    client.answer(question, {"behavior": "allow"})
    client.prompt()
    client.expect(ControlRequest)


def test_the_end_of_input_fails_the_question(play):
    client, _ = open_question(play)
    assert client.finish() == 0
    [block] = client.frames[[type(f) for f in client.frames].index(User)].message.blocks
    assert "stream closed" in block.content


def test_after_the_end_of_input_nothing_is_asked(play):
    client = play(Scenario(turns=[[s.Gate("go"), TOOL, s.Permission()]]))
    client.prompt()
    client.expect(SystemInit)
    client.process.stdin.close()
    client.simulator.wait_for(lambda record: record.saw_eof)
    client.simulator.open_gate("go")
    assert not [frame for frame in client.rest() if isinstance(frame, ControlRequest)]
    assert client.wait() == 0


def test_a_question_can_be_withdrawn_after_a_time(play):
    turn = [TOOL, s.Permission(cancel_after_seconds=0.01)]
    client, question = open_question(play, Scenario(turns=[turn]))
    assert client.expect(ControlCancelRequest).request_id == question.request_id
    assert "timeout" in client.expect(User).message.blocks[0].content


def test_any_question_can_be_asked_and_its_answer_is_recorded(play):
    elicitation = {"subtype": "elicitation", "mcp_server_name": "el", "message": "Your name?"}
    client, question = open_question(play, Scenario(turns=[[s.Ask(elicitation)]]))
    assert isinstance(question.request, Elicitation)
    client.answer(question, {"action": "decline"})
    client.expect(Result)
    [answer] = client.simulator.record().answers
    assert answer["response"] == {"action": "decline"}


def test_a_question_need_not_be_waited_for(play):
    client = play(Scenario(turns=[[s.Ask({"subtype": "odd"}, wait=False), s.Text("on")]]))
    client.prompt()
    client.expect(ControlRequest)
    assert client.expect(Result).result == "on"


def test_hooks_of_an_event_are_called_at_once_and_awaited(play):
    client = play(Scenario(turns=[[TOOL, s.Hook("PreToolUse", {"extra": 1}), s.Text("on")]]))
    matchers = [
        {"matcher": "Bash", "hookCallbackIds": ["a", "b"]},
        {"matcher": "Read", "hookCallbackIds": ["c"]},
        {"matcher": None, "hookCallbackIds": ["d"]},
    ]
    client.request("initialize", hooks={"PreToolUse": matchers})
    client.prompt()
    calls = [client.expect(ControlRequest) for _ in "abd"]
    assert [call.request.callback_id for call in calls] == ["a", "b", "d"]
    assert all(isinstance(call.request, HookCallback) for call in calls)
    assert calls[0].request.typed_input.tool_name == "Bash"
    assert calls[0].request.input["extra"] == 1
    for call in reversed(calls):
        client.answer(call, {})
    assert client.expect(Result).result == "on"


def test_an_event_without_hooks_asks_nobody(play):
    client = play(Scenario(turns=[[s.Hook("Stop"), s.Text("on")]]))
    client.prompt()
    assert client.expect(Result).result == "on"


# --- in-process MCP servers ---


def serve(client, question, result):
    message = question.request.message
    reply = {"jsonrpc": "2.0", "id": message.get("id"), "result": result}
    client.answer(question, {"mcp_response": reply})


def shake_hands(client):
    hello = client.expect(ControlRequest)
    assert isinstance(hello.request, McpMessage)
    assert (hello.request.message["method"], hello.request.message["id"]) == ("initialize", 0)
    serve(client, hello, {"serverInfo": {"name": "calc", "version": "1"}})
    ready, listing = client.expect(ControlRequest), client.expect(ControlRequest)
    assert "id" not in ready.request.message
    client.answer(ready, {"mcp_response": {"jsonrpc": "2.0", "result": {}}})
    serve(client, listing, {"tools": [{"name": "add"}]})


CALLING = Scenario(turns=[[s.McpCall("calc", "add", {"a": 2}), s.Text("on")]])


@pytest.mark.parametrize("by", ["argv", "initialize"])
def test_the_first_turn_waits_for_the_handshake_with_a_server(play, by):
    config = '--mcp-config={"mcpServers":{"calc":{"type":"sdk","name":"calc"}}}'
    client = play(CALLING, *([config] if by == "argv" else []))
    if by == "initialize":
        client.request("initialize", sdkMcpServers=["calc"])
    client.prompt()
    shake_hands(client)
    init = client.expect(SystemInit)
    assert [server.status for server in init.mcp_servers] == ["connected"]
    assert "mcp__calc__add" in init.tools


def test_a_tool_of_a_server_is_called_and_its_answer_shown(play):
    client = play(CALLING)
    client.prompt()
    call = client.expect(ControlRequest)
    assert call.request.message["method"] == "tools/call"
    assert call.request.message["params"]["arguments"] == {"a": 2}
    serve(client, call, {"content": [{"type": "text", "text": "5"}]})
    assert client.expect(User).message.blocks[0].text == "5"
    assert client.expect(Result).result == "on"


@pytest.mark.parametrize("result", [{"isError": True, "content": []}, None])
def test_a_tool_of_a_server_can_fail(play, result):
    client = play(CALLING)
    client.prompt()
    serve(client, client.expect(ControlRequest), result)
    assert client.expect(User).message.blocks[0].is_error is True
    assert client.expect(Result).result == "on"


def test_a_server_that_fails_its_handshake_is_reported_as_failed(play):
    client = play(Scenario())
    client.request("initialize", sdkMcpServers=["calc"])
    client.prompt()
    question = client.expect(ControlRequest)
    error = {"subtype": "error", "request_id": question.request_id, "error": "no"}
    client.send({"type": "control_response", "response": error})
    assert [each.status for each in client.expect(SystemInit).mcp_servers] == ["failed"]


def test_tools_are_listed_again_when_a_server_says_so(play, eventually):
    client = play(Scenario())
    client.request("initialize", sdkMcpServers=["calc"])
    shake_hands(client)
    told = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}
    client.request("mcp_message", "r-2", server_name="calc", message=told)
    listing = client.expect(ControlRequest)
    assert listing.request.message["method"] == "tools/list"
    serve(client, listing, {"tools": [{"name": "sub"}]})

    def tools():
        client.request("mcp_status", "r-3")
        answer = client.expect(ControlResponse).response
        [server] = (answer.response or {}).get("mcpServers", [{"tools": []}])
        return [each["name"] for each in server["tools"]]

    eventually(lambda: tools() == ["sub"])
    client.prompt()
    assert "mcp__calc__sub" in client.expect(SystemInit).tools
