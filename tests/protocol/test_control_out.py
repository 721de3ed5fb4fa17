"""Control requests and answers of the client."""

import json

import msgspec
import pytest

from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import control
from greenroom_protocol.claude.control import (
    AddRules,
    AgentDefinition,
    Control,
    ElicitationAnswer,
    HookMatcher,
    Initialize,
    McpAnswer,
    McpToggle,
    PermissionAllow,
    PermissionDeny,
    PermissionRule,
    SetModel,
    encode_cancel,
    encode_error,
    encode_request,
    encode_success,
)

DOCUMENTED = [
    "interrupt",
    "set_permission_mode",
    "set_model",
    "set_max_thinking_tokens",
    "apply_flag_settings",
    "mcp_status",
    "mcp_toggle",
    "mcp_reconnect",
    "mcp_set_servers",
    "mcp_call",
    "rewind_files",
    "stop_task",
    "background_tasks",
    "get_task_output",
    "cancel_async_message",
    "get_context_usage",
    "get_settings",
    "get_session_cost",
    "get_usage",
    "list_models",
    "get_binary_version",
    "get_hooks_listing",
    "list_permission_rules",
    "get_status",
    "export_conversation",
    "reload_plugins",
    "reload_skills",
    "reload_output_styles",
    "read_file",
    "file_suggestions",
    "seed_read_state",
    "register_repo_root",
    "rename_session",
    "update_settings",
    "set_has_subscribers",
    "generate_session_title",
    "side_question",
    "set_cwd",
    "end_session",
    "claim_session",
    "initialize",
    "mcp_message",
]


def requests():
    kinds = (getattr(control, name) for name in control.__all__)
    structs = (
        kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    )
    return {
        kind.__struct_config__.tag: kind
        for kind in structs
        if kind.__struct_config__.tag_field == "subtype"
    }


def request_of(line):
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    frame = json.loads(line)
    assert frame["type"] == "control_request"
    assert frame["request_id"] == "req_1"
    return frame["request"]


def response_of(line):
    frame = json.loads(line)
    assert frame["type"] == "control_response"
    assert frame["response"]["request_id"] == "req_1"
    return frame["response"]


@pytest.mark.parametrize("subtype", DOCUMENTED)
def test_every_documented_request_has_a_type(subtype):
    assert subtype in requests()


@pytest.mark.parametrize("kind", requests().values(), ids=requests())
def test_every_request_sends_its_subtype_and_what_is_required(kind):
    required = {field.name: "x" for field in msgspec.structs.fields(kind) if field.required}
    sent = request_of(encode_request("req_1", kind(**required)))
    assert sent.pop("subtype") == kind.__struct_config__.tag
    assert set(sent.values()) <= {"x"}
    assert len(sent) == len(required)


def test_names_of_the_wire_are_kept():
    sent = request_of(encode_request("req_1", McpToggle(server_name="calc", enabled=False)))
    assert sent == {"subtype": "mcp_toggle", "serverName": "calc", "enabled": False}


def test_the_default_model_is_asked_for_by_naming_none():
    assert request_of(encode_request("req_1", SetModel())) == {"subtype": "set_model"}


def test_a_request_without_a_type_goes_by_its_wire_names():
    sent = request_of(encode_request("req_1", Control("set_color", {"color": "blue"})))
    assert sent == {"subtype": "set_color", "color": "blue"}


def test_the_handshake_sends_what_was_said_and_nothing_else():
    handshake = Initialize(
        hooks={"PreToolUse": [HookMatcher(hook_callback_ids=["h0"], on_failure="block")]},
        system_prompt="",
        agents={"r": AgentDefinition(description="d", prompt="p", max_turns=2)},
        exclude_dynamic_sections=True,
    )
    assert request_of(encode_request("req_1", handshake)) == {
        "subtype": "initialize",
        "hooks": {"PreToolUse": [{"hookCallbackIds": ["h0"], "onFailure": "block"}]},
        "systemPrompt": "",
        "agents": {"r": {"description": "d", "prompt": "p", "maxTurns": 2}},
        "excludeDynamicSections": True,
    }


@pytest.mark.parametrize(
    "request_",
    [Control(""), Control("x", {"subtype": "y"}), PermissionDeny(message="x")],
    ids=["empty", "twice", "an answer"],
)
def test_what_is_no_request_is_refused(request_):
    with pytest.raises(LocalProtocolError):
        encode_request("req_1", request_)


@pytest.mark.parametrize("request_id", ["", None, 1])
@pytest.mark.parametrize(
    "encode",
    [
        lambda i: encode_request(i, SetModel()),
        lambda i: encode_success(i, {}),
        lambda i: encode_error(i, "x"),
        encode_cancel,
    ],
    ids=["request", "success", "error", "cancel"],
)
def test_nothing_is_sent_without_an_id(encode, request_id):
    with pytest.raises(LocalProtocolError, match="is named by a text"):
        encode(request_id)


def test_an_answer_is_wrapped_as_success():
    answer = PermissionAllow(updated_input={"command": "ls"})
    assert response_of(encode_success("req_1", answer)) == {
        "subtype": "success",
        "request_id": "req_1",
        "response": {"behavior": "allow", "updatedInput": {"command": "ls"}},
    }


def test_an_answer_may_have_no_payload():
    assert "response" not in response_of(encode_success("req_1", None))


def test_an_error_always_says_something():
    assert response_of(encode_error("req_1", "boom"))["error"] == "boom"
    assert response_of(encode_error("req_1", ""))["error"]


def test_a_cancel_names_the_request():
    assert json.loads(encode_cancel("req_1")) == {
        "type": "control_cancel_request",
        "request_id": "req_1",
    }


def test_a_rule_for_a_whole_tool_has_no_content_member():
    rule = AddRules(
        rules=[PermissionRule(tool_name="Bash")], behavior="allow", destination="session"
    )
    sent = response_of(encode_success("req_1", PermissionAllow(updated_permissions=[rule])))
    assert sent["response"]["updatedPermissions"] == [
        {
            "type": "addRules",
            "rules": [{"toolName": "Bash"}],
            "behavior": "allow",
            "destination": "session",
        }
    ]


def test_a_suggestion_of_the_cli_goes_back_as_it_came():
    suggestion = {"type": "newKind", "destination": "session", "directories": ["/srv"]}
    sent = response_of(encode_success("req_1", PermissionAllow(updated_permissions=[suggestion])))
    assert sent["response"]["updatedPermissions"] == [suggestion]


@pytest.mark.parametrize(
    "update",
    [
        {"type": "addRules", "rules": []},
        {"type": "addRules", "destination": "session", "rules": [{"ruleContent": None}]},
        "session",
    ],
)
def test_an_update_that_makes_the_cli_drop_all_of_them_is_refused(update):
    with pytest.raises(LocalProtocolError):
        PermissionAllow(updated_permissions=[update])


def test_a_deny_interrupts_only_when_told():
    assert msgspec.to_builtins(PermissionDeny(message="no")) == {
        "behavior": "deny",
        "message": "no",
    }
    assert msgspec.to_builtins(PermissionDeny(message="no", interrupt=True))["interrupt"] is True


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"jsonrpc": "2.0"},
        {"result": {}},
        {"jsonrpc": "1.0", "result": {}},
        {"jsonrpc": "2.0", "result": {}, "error": {}},
        None,
    ],
)
def test_a_reply_that_would_hang_the_tool_is_refused(reply):
    with pytest.raises(LocalProtocolError, match="an MCP reply has"):
        McpAnswer(reply)


def test_a_notification_is_acknowledged():
    assert msgspec.to_builtins(McpAnswer.acknowledge()) == {
        "mcp_response": {"jsonrpc": "2.0", "result": {}}
    }


def test_a_declined_question_has_no_content():
    assert msgspec.to_builtins(ElicitationAnswer(action="decline")) == {"action": "decline"}


def test_the_repr_of_servers_shows_their_names_alone():
    shop = {"command": "x", "args": ["hunter2"], "env": {"A": "hunter2"}}
    site = {"type": "http", "url": "https://a.b", "headers": {"A": "hunter2"}}
    request = control.McpSetServers(servers={"shop": shop, "site": site})
    assert repr(request) == "McpSetServers(servers=['shop', 'site'])"
