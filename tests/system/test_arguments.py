"""Wrong arguments of a system are refused where they are given."""

import pytest

from greenroom import Deadlines, Deny, Hook, PromptQueue, System
from greenroom.hooks import log_hooks
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import OptionError


@pytest.mark.parametrize("wrong", [30, {"total": 30}, "thirty"])
def test_deadlines_of_another_type_are_refused_at_once(system, wrong):
    with pytest.raises(TypeError, match=r"Deadlines\(total=30\)"):
        system.session(deadlines=wrong)
    with pytest.raises(TypeError, match=r"Deadlines\(total=30\)"):
        system.ask("x", deadlines=wrong)


@pytest.mark.parametrize(
    ("wrong", "error"), [(True, TypeError), (2.0, TypeError), ("two", TypeError), (0, ValueError)]
)
def test_a_width_that_is_no_positive_int_is_refused(system, wrong, error):
    with pytest.raises(error, match="max_parallel must be"):
        system.session(parallel=True, max_parallel=wrong)
    with pytest.raises(error, match="max_parallel must be"):
        System(configuration={}, max_parallel=wrong)


def test_a_system_runs_no_more_single_questions_at_a_time_than_it_may(options, eventually):
    given = options(Scenario(turns=[[Gate("go")]], lifetime_seconds=20))
    with System(configuration={}, max_parallel=1) as system:
        turns = [system.ask("x", **given, deadlines=Deadlines(total=30)) for _ in range(3)]
        beside = system.session(parallel=True, **given)
        rest = [beside.ask("x") for _ in range(3)]
        eventually(lambda: beside.info.queued == 2)
        for turn in (*turns, *rest):
            turn.interrupt()
        assert all(turn.outcome(10).code for turn in (*turns, *rest))


def deny(_request):
    return Deny("no")


@pytest.mark.parametrize(
    "judge",
    [{"permissions": deny}, {"prompter": PromptQueue()}],
    ids=lambda given: next(iter(given)),
)
def test_a_hook_that_decides_about_permissions_goes_with_no_other_judge(system, judge):
    hooks = [log_hooks(), {"PermissionRequest": print}]
    with pytest.raises(LocalProtocolError, match=r"first answer.*PreToolUse.*background=True"):
        system.session(hooks=hooks, **judge)


@pytest.mark.parametrize(
    "hooks",
    [
        log_hooks(),
        {"PermissionRequest": Hook(print, on_failure="continue")},
        {"PermissionRequest": Hook(print, background=True)},
        {"PreToolUse": print},
    ],
    ids=["log_hooks", "continue", "background", "PreToolUse"],
)
def test_hooks_that_look_on_go_with_a_handler(system, hooks):
    assert system.session(hooks=hooks, permissions=deny)


def test_an_unknown_name_is_an_error_also_when_it_says_nothing(system):
    with pytest.raises(OptionError, match="there is no such option"):
        system.session(nonsense=None)
    with pytest.raises(OptionError, match="did you mean 'model'"):
        system.session(modle=None)
    with pytest.raises(OptionError, match="give them to the session"):
        system.session().ask("x", permissions=None)


def test_tools_without_the_name_of_a_server_are_told_where_it_goes(system):
    with pytest.raises(OptionError, match=r"by their names: mcp_servers=\{'shop': \[f\]\}"):
        system.session(mcp_servers=[deny])
    with pytest.raises(TypeError, match=r"given as a list: \[deny\]"):
        system.session(mcp_servers={"shop": deny})
