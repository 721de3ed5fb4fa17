"""Layers of options, and what one query may change."""

import msgspec
import pytest

from greenroom_protocol.claude.control import SetMaxThinkingTokens, SetModel, SetPermissionMode
from greenroom_protocol.claude.options import (
    BypassPermissions,
    OptionError,
    OptionOrigin,
    check_options,
    merge_options,
)

CONSENT = BypassPermissions("a test")


def test_a_query_wins_over_a_session_over_configuration_over_defaults():
    options = merge_options(
        {"model": "c", "effort": "low", "entrypoint": "conf"},
        {"model": "s", "effort": "high"},
        {"model": "q"},
    )
    assert [options[name] for name in ("model", "effort", "entrypoint")] == ["q", "high", "conf"]
    assert options["setting_sources"] == []


def test_every_option_remembers_who_gave_it():
    options = merge_options({"effort": "low"}, {"model": "s"}, {"max_turns": 1})
    assert options.origin_of("effort") is OptionOrigin.CONFIGURATION
    assert options.origin_of("model") is OptionOrigin.SESSION
    assert options.origin_of("max_turns") is OptionOrigin.QUERY
    assert options.origin_of("strict_mcp_config") is OptionOrigin.DEFAULT
    assert options.origin_of("betas") is None


def test_an_option_hides_those_below_that_it_excludes():
    options = merge_options({"resume": "x"}, {"continue_conversation": True})
    assert "resume" not in options
    assert "--continue" in options.argv()


def test_an_option_that_is_off_hides_nothing():
    options = merge_options({"resume": "x"}, {"continue_conversation": False})
    assert "--resume=x" in options.argv()


def test_none_in_a_layer_leaves_what_is_below():
    assert merge_options({"model": "c"}, {"model": None})["model"] == "c"


def test_rules_between_options_hold_for_the_whole_only():
    assert merge_options({"fork_session": True}, {"resume": "x"})["resume"] == "x"


def test_options_are_a_mapping_with_defaults():
    options = check_options({"model": "m"})
    assert dict(options)["model"] == "m"
    assert options == check_options({"model": "m"}) != check_options({})
    assert "betas" not in options


@pytest.mark.parametrize(
    ("before", "query", "requests"),
    [
        ({}, {}, []),
        ({"model": "a"}, {"model": "a"}, []),
        ({"model": "a"}, {"model": "b"}, [SetModel(model="b")]),
        ({}, {"permission_mode": "plan"}, [SetPermissionMode(mode="plan")]),
        (
            {"permission_mode": "plan"},
            {"permission_mode": "manual"},
            [SetPermissionMode(mode="default")],
        ),
        ({"permission_mode": "manual"}, {"permission_mode": "default"}, []),
        ({}, {"max_thinking_tokens": 9}, [SetMaxThinkingTokens(max_thinking_tokens=9)]),
        (
            {"allow_dangerously_skip_permissions": CONSENT},
            {"permission_mode": CONSENT},
            [SetPermissionMode(mode="bypassPermissions")],
        ),
    ],
    ids=str,
)
def test_a_query_changes_the_process_by_requests(before, query, requests):
    session = check_options(before)
    options = session.for_query(query)
    assert list(options.control_requests(session)) == requests


def test_after_the_query_everything_goes_back():
    session = check_options({"permission_mode": "plan"})
    query = session.for_query({"model": "b", "permission_mode": "default"})
    assert session.control_requests(query) == (SetModel(), SetPermissionMode(mode="plan"))


def test_a_fixed_option_is_refused_for_a_query_with_both_ways_out():
    with pytest.raises(OptionError, match="parallel=True") as caught:
        check_options({}).for_query({"tools": ["Bash"]})
    assert caught.value.option == "tools"
    assert "set it on the session" in caught.value.hint


def test_repeating_a_fixed_option_is_harmless():
    options = check_options({"tools": ["Bash"]}).for_query({"tools": ["Bash"], "model": "m"})
    assert options["model"] == "m"


def test_a_secret_option_is_refused_for_a_query_without_showing_it():
    with pytest.raises(OptionError) as caught:
        check_options({}).for_query({"api_key": "sk-canary"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("session", [{}, {"permission_mode": "plan"}])
def test_a_process_started_without_consent_cannot_bypass(session):
    with pytest.raises(OptionError, match="started without consent"):
        check_options(session).for_query({"permission_mode": CONSENT})


def test_the_prompt_carries_what_the_query_says():
    session = check_options({})
    plain = msgspec.json.decode(session.prompt("hi", uuid="u").encode())
    assert plain["client_composed"] is True
    assert "priority" not in plain
    query = session.for_query({"verbatim": False, "priority": "later"})
    command = msgspec.json.decode(query.prompt("/compact").encode())
    assert "client_composed" not in command
    assert command["priority"] == "later"


def test_an_unknown_option_of_a_query_is_named():
    with pytest.raises(OptionError, match="did you mean 'model'"):
        check_options({}).for_query({"modle": "x"})
