"""Options under which a handler is not asked are pointed out."""

import pytest

from greenroom.backends.claude.shadowing import shadow_warnings
from greenroom_protocol.claude import AgentDefinition
from greenroom_protocol.claude.options import BypassPermissions

BYPASS = BypassPermissions(reason="a test")
AGENT = {"description": "d", "prompt": "p"}


def defined(mode):
    return AgentDefinition(**AGENT, permission_mode=mode)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"permission_mode": "default"},
        {"permission_mode": "manual"},
        {"permission_mode": "plan"},
        {"permission_prompt_tool": "stdio", "permission_prompts": "host"},
        {"allowed_tools": []},
        {"disallowed_tools": ["Bash"]},
        {"allow_dangerously_skip_permissions": BYPASS},
        {"sandbox": {"enabled": True, "autoAllowBashIfSandboxed": False}},
        {"sandbox": {"enabled": False}},
        {"settings": "/some/settings.json"},
        {"agents": {"a": AGENT, "b": defined("plan"), "c": defined("default")}},
        {"settings": {"permissions": {"deny": ["Bash"], "defaultMode": "default"}}},
    ],
)
def test_options_that_leave_everything_to_the_handler_are_not_warned_of(options):
    assert shadow_warnings(options) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"permission_mode": "acceptEdits"}, "acceptEdits"),
        ({"permission_mode": "dontAsk"}, "never asked"),
        ({"permission_mode": "auto"}, "classifier"),
        ({"permission_mode": BYPASS}, "bypassed"),
        ({"permission_mode": "bypassPermissions"}, "bypassed"),
        ({"dangerously_skip_permissions": BYPASS}, "bypassed"),
        ({"permission_prompts": "none"}, "denies"),
        ({"permission_prompt_tool": "mcp__a__b"}, "mcp__a__b"),
        ({"allowed_tools": ["Read", "Bash(git *)"]}, "Read, Bash(git *)"),
        ({"settings": {"permissions": {"allow": ["Bash"]}}}, "Bash"),
        ({"settings": {"permissions": {"defaultMode": "acceptEdits"}}}, "acceptEdits"),
        ({"settings": {"permissions": {"defaultMode": "bypassPermissions"}}}, "never asked"),
        ({"sandbox": {"enabled": True}}, "sandbox"),
        ({"agents": {"tidy": {**AGENT, "permissionMode": "acceptEdits"}}}, "'tidy'"),
        ({"agents": {"tidy": {**AGENT, "permission_mode": "auto"}}}, "classifier"),
        ({"agents": {"a": AGENT, "tidy": defined("dontAsk")}}, "'tidy'"),
        ({"agents": {"tidy": defined("bypassPermissions")}}, "never asked"),
    ],
)
def test_each_option_that_shadows_the_handler_is_named(options, word):
    [warning] = shadow_warnings(options)
    assert word in warning


def test_several_are_named_one_by_one():
    options = {"permission_mode": "acceptEdits", "allowed_tools": ["Read"]}
    assert len(shadow_warnings(options)) == 2
