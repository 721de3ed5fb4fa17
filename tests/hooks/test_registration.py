"""A session whose hooks nobody will call does not run."""

import pytest

from greenroom.backends.claude.registration import registration_problem
from greenroom.hooks import Hook, HookSet

BLOCKING = HookSet.of({"Stop": print})
CONTINUING = HookSet.of({"Stop": Hook(print, on_failure="continue")})
SOUND = {"hooks_applied": True, "hook_on_failure_supported": True}


@pytest.mark.parametrize("hooks", [BLOCKING, CONTINUING])
def test_hooks_that_the_cli_has_registered_are_no_problem(hooks):
    assert registration_problem(SOUND, hooks) is None


@pytest.mark.parametrize("info", [{}, SOUND, {"hooks_applied": False}])
def test_without_hooks_there_is_no_problem(info):
    assert registration_problem(info, HookSet.of(None), bare=True) is None


@pytest.mark.parametrize("value", [False, None, "true", 1])
@pytest.mark.parametrize("hooks", [BLOCKING, CONTINUING])
def test_hooks_that_were_not_registered_are_one(value, hooks):
    problem = registration_problem(SOUND | {"hooks_applied": value}, hooks)
    assert f"hooks_applied is {value!r}" in problem


def test_saying_nothing_about_hooks_is_not_enough():
    problem = registration_problem({"hook_on_failure_supported": True}, BLOCKING)
    assert "hooks_applied is None" in problem


@pytest.mark.parametrize(
    "info", [{"hooks_applied": True}, SOUND | {"hook_on_failure_supported": 1}]
)
def test_a_cli_that_ignores_failures_will_not_do_for_hooks_that_block(info):
    assert "hook_on_failure_supported" in registration_problem(info, BLOCKING)
    assert registration_problem(info, CONTINUING) is None


def test_a_bare_session_says_yes_and_calls_none():
    assert "a bare session calls no hooks" in registration_problem(SOUND, BLOCKING, bare=True)


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_nor_does_one_made_simple_by_its_environment(value):
    environment = {"CLAUDE_CODE_SIMPLE": value}
    problem = registration_problem(SOUND, CONTINUING, environment=environment)
    assert "CLAUDE_CODE_SIMPLE" in problem


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_a_variable_that_is_off_is_no_problem(value):
    environment = {"CLAUDE_CODE_SIMPLE": value}
    assert registration_problem(SOUND, BLOCKING, environment=environment) is None
