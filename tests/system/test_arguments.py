"""Wrong arguments of a system are refused where they are given."""

import pytest

from greenroom import Deadlines, System
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate


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
