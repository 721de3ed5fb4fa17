"""Orders that are refused before anything of them is sent."""

from __future__ import annotations

import pytest

from greenroom.testing import Scenario
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import BypassPermissions
from tests.control.record import requests
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS
GUARDED = (
    "apply_flag_settings",
    "cancel_async_message",
    "claim_session",
    "end_session",
    "initialize",
    "interrupt",
    "mcp_message",
    "mcp_set_servers",
    "set_cwd",
    "set_max_thinking_tokens",
    "set_mcp_permission_mode_override",
    "set_model",
    "set_permission_mode",
    "update_settings",
)


@pytest.mark.parametrize("subtype", GUARDED)
def test_what_would_go_behind_the_sessions_back_is_refused_and_says_what_to_do(play, subtype):
    session = play(Scenario())
    with pytest.raises(LocalProtocolError, match=f"{subtype}.*is not for sessions: "):
        session.control(subtype)
    assert session.simulator.launches() == ()


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("set_model", {"model": 7}),
        ("set_model", {"model": ""}),
        ("set_permission_mode", {"mode": "whatever"}),
        ("set_permission_mode", {"mode": "bypassPermissions"}),
        ("set_permission_mode", {"mode": None}),
        ("set_max_thinking_tokens", {"tokens": "many"}),
        ("set_max_thinking_tokens", {"tokens": -1}),
        ("mcp_reconnect", {"server": 7}),
        ("mcp_toggle", {"server": "a", "enabled": "yes"}),
        ("set_mcp_servers", {"servers": {"a": 7}}),
        ("set_mcp_servers", {"servers": {"a": [print]}}),
        ("set_mcp_servers", {"servers": "a"}),
        ("set_mcp_servers", {"servers": None}),
        ("rewind_files", {"turn": "u", "dry_run": "yes"}),
        ("stop_task", {"task_id": None}),
        ("task_output", {"task_id": 7}),
        ("background_tasks", {"tool_use_id": 7}),
        ("context_usage", {"detail": "everything"}),
        ("control", {0: "x", "a": object()}),
        ("control", {0: 7}),
        ("control", {0: ""}),
        ("control", {0: ["initialize"]}),
        ("control", {0: "x", "subtype": "initialize"}),
    ],
    ids=lambda value: str(value).partition(" at ")[0],
)
def test_a_field_of_a_wrong_kind_is_refused_before_anything_is_started(play, method, arguments):
    session = play(Scenario())
    positional = [arguments[0]] if 0 in arguments else []
    named = {name: value for name, value in arguments.items() if name != 0}
    with pytest.raises(LocalProtocolError):
        getattr(session, method)(*positional, **named)
    assert session.simulator.launches() == ()


def test_a_bypass_that_was_given_up_can_be_taken_up_again(play):
    consent = BypassPermissions(reason="a sandbox without a network")
    session = play(Scenario(), permission_mode=consent)
    assert session.ask("begin").outcome(10).ok
    session.set_permission_mode("plan").get(timeout=10)
    session.set_permission_mode(consent).get(timeout=10)
    modes = [request["mode"] for request in requests(session, "set_permission_mode")]
    assert modes == ["plan", "bypassPermissions"]


def test_permissions_are_bypassed_only_where_the_session_was_started_with_consent(play):
    consent = BypassPermissions(reason="a sandbox without a network")
    session = play(Scenario(), warm=True)
    with pytest.raises(LocalProtocolError, match="without consent"):
        session.set_permission_mode(consent)
    session.ask("hello").result(DO)
    assert requests(session, "set_permission_mode") == []
    other = play(Scenario(), warm=True, allow_dangerously_skip_permissions=consent)
    other.set_permission_mode(consent).get(timeout=DO)
    assert requests(other, "set_permission_mode")[0]["mode"] == "bypassPermissions"


def test_a_parallel_session_has_no_process_to_order_anything(play):
    session = play(Scenario(), parallel=True)
    for order in (session.mcp_status, session.interrupt, lambda: session.set_model("haiku")):
        with pytest.raises(LocalProtocolError, match="parallel session"):
            order()


@pytest.mark.parametrize(
    ("method", "arguments", "says"),
    [
        ("stop_task", {"task_id": 3}, "stop_task(): task_id must be str, not 3"),
        ("task_output", {"task_id": None}, "task_output(): task_id must be str, not None"),
        (
            "context_usage",
            {"detail": "all"},
            "context_usage(): detail must be 'full' or 'summary', not 'all'",
        ),
        (
            "background_tasks",
            {"tool_use_id": 7},
            "background_tasks(): tool_use_id must be str or None, not 7",
        ),
        ("mcp_reconnect", {"server": 3}, "mcp_reconnect(): server must be str, not 3"),
    ],
)
def test_the_method_and_the_wrong_value_are_named(play, method, arguments, says):
    session = play(Scenario())
    with pytest.raises(LocalProtocolError) as caught:
        getattr(session, method)(**arguments)
    assert str(caught.value) == says
