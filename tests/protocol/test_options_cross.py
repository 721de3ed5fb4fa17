"""Which options go together."""

import pytest

from greenroom_protocol import Secret
from greenroom_protocol.claude import AgentDefinition
from greenroom_protocol.claude.options import BypassPermissions, OptionError, check_options

UUID = "8f0e1d52-5a52-4f3e-9a57-111111111111"
CONSENT = BypassPermissions("a test")
AGENT = {"description": "d", "prompt": "p"}


@pytest.mark.parametrize(
    ("options", "culprit"),
    [
        ({"fork_session": True}, "fork_session"),
        ({"fork_session": True, "continue_conversation": False}, "fork_session"),
        ({"resume_session_at": UUID}, "resume_session_at"),
        ({"resume_session_at": UUID, "continue_conversation": True}, "resume_session_at"),
        ({"resume_drops_turn": UUID, "resume": "x"}, "resume_drops_turn"),
        ({"resume": "x", "continue_conversation": True}, "continue_conversation"),
        ({"resume": "x", "from_pr": "1"}, "from_pr"),
        ({"session_id": UUID, "resume": "x"}, "session_id"),
        ({"session_id": UUID, "continue_conversation": True}, "session_id"),
        ({"system_prompt": "x", "system_prompt_file": "y"}, "system_prompt_file"),
        (
            {"append_system_prompt": "x", "append_system_prompt_file": "y"},
            "append_system_prompt_file",
        ),
        ({"system_prompt": "x", "exclude_dynamic_sections": True}, "exclude_dynamic_sections"),
        (
            {"permission_mode": "plan", "dangerously_skip_permissions": CONSENT},
            "dangerously_skip_permissions",
        ),
        ({"restricted": True, "permission_mode": CONSENT}, "restricted"),
        ({"restricted": True, "dangerously_skip_permissions": CONSENT}, "restricted"),
        (
            {"permission_prompts": "none", "permission_prompt_tool": "stdio"},
            "permission_prompt_tool",
        ),
        ({"sandbox": {}, "settings": "settings.json"}, "sandbox"),
        ({"thinking": "disabled", "max_thinking_tokens": 1000}, "max_thinking_tokens"),
        ({"skills": ["a"], "disable_slash_commands": True}, "skills"),
        ({"api_key": "a", "oauth_token": "b"}, "oauth_token"),
        ({"auth": "api_key"}, "auth"),
        ({"auth": "subscription", "api_key": "a"}, "api_key"),
        ({"auth": "environment", "auth_token": "a"}, "auth_token"),
        ({"auth": "oauth_token", "api_key": "a"}, "auth"),
        ({"bare": True, "oauth_token": "a"}, "oauth_token"),
        ({"bare": True, "auth": "subscription"}, "auth"),
        ({"env": {"ANTHROPIC_API_KEY": "a"}, "api_key": "b"}, "env"),
        ({"env": {"ANTHROPIC_API_KEY": "a"}, "auth": "subscription"}, "env"),
        ({"env": {"MCP_TOOL_TIMEOUT": "1"}, "mcp_tool_timeout_seconds": 1.0}, "env"),
        ({"env": {"CLAUDE_CODE_SDK_READS_SESSION_STATE": None}}, "env"),
    ],
    ids=str,
)
def test_options_that_contradict_each_other_are_refused(options, culprit):
    with pytest.raises(OptionError) as caught:
        check_options(options)
    assert caught.value.option == culprit


@pytest.mark.parametrize(
    "options",
    [
        {"fork_session": True, "resume": "x", "session_id": UUID},
        {"fork_session": True, "continue_conversation": True},
        {"resume": "x", "resume_session_at": UUID, "resume_drops_turn": UUID},
        {"resume": "x", "continue_conversation": False},
        {"fork_session": False},
        {"session_id": UUID},
        {"thinking": "disabled", "max_thinking_tokens": 0},
        {"sandbox": {"enabled": True}, "settings": {"model": "x"}},
        {"auth": "api_key", "api_key": Secret("a")},
        {"env": {"CLAUDE_CODE_ENTRYPOINT": "mine"}},
        {"env": {"ANTHROPIC_API_KEY": Secret("a")}},
        {"restricted": True, "permission_mode": "plan"},
    ],
    ids=str,
)
def test_options_that_go_together_are_taken(options):
    assert set(options) <= set(check_options(options))


BYPASSING = [
    {"settings": {"permissions": {"defaultMode": "bypassPermissions"}}},
    {"settings": {"permissions": {"defaultMode": Secret("bypassPermissions")}}},
    {"settings": {"permissions": {"defaultMode": "bypass_permissions"}}},
    {"agents": {"x": AgentDefinition(**AGENT, permission_mode="bypassPermissions")}},
    {"agents": {"a": AGENT, "x": {**AGENT, "permission_mode": "bypassPermissions"}}},
    {"agents": {"x": {**AGENT, "permissionMode": "bypassPermissions"}}},
]


@pytest.mark.parametrize("options", BYPASSING, ids=str)
def test_nothing_bypasses_permissions_without_consent(options):
    with pytest.raises(OptionError, match=r"BypassPermissions\(reason=") as caught:
        check_options(options)
    assert caught.value.option in options


@pytest.mark.parametrize("options", BYPASSING, ids=str)
@pytest.mark.parametrize(
    "consent",
    ["permission_mode", "dangerously_skip_permissions", "allow_dangerously_skip_permissions"],
)
def test_with_consent_whatever_bypasses_permissions_is_taken(options, consent):
    running = check_options({**options, consent: CONSENT})
    assert set(options) <= set(running)
    assert running.for_query({"permission_mode": "plan"})["permission_mode"] == "plan"
    assert running.changed({"permission_mode": "plan"})["permission_mode"] == "plan"


@pytest.mark.parametrize(
    "options",
    [
        {"settings": {"permissions": {"allow": ["Bash"], "defaultMode": "acceptEdits"}}},
        {"settings": {"permissions": None}},
        {"agents": {"x": {**AGENT, "permission_mode": "plan"}}},
    ],
    ids=str,
)
def test_other_modes_need_no_consent(options):
    assert set(options) <= set(check_options(options))
