"""Parallel queries: each its own process, from a copy of the conversation when there is one."""

import pytest

from greenroom import Cancelled, Completed, Deadlines, Phase, TimedOut, TurnNotQueuedError
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate, Text, Wait


def test_queries_of_a_parallel_session_run_in_processes_of_their_own(play):
    session = play(Scenario(), parallel=True)
    turns = [session.ask(f"n {n}") for n in range(4)]
    assert [turn.text(20) for turn in turns] == [f"You said: n {n}" for n in range(4)]
    records = session.simulator.launches()
    assert len({record.pid for record in records}) == 4
    assert session.info.totals.completed == 4


def test_at_most_so_many_run_at_a_time(play, eventually):
    session = play([Gate("go"), Text("done")], parallel=True, max_parallel=2)
    turns = [session.ask("hi") for _ in range(5)]
    eventually(lambda: len(session.simulator.launches()) == 2)
    assert [one.turn_id for one in session.queued()] == [turn.id for turn in turns[2:]]
    session.simulator.open_gate("go")
    assert [turn.text(20) for turn in turns] == ["done"] * 5
    assert len(session.simulator.launches()) == 5


@pytest.mark.parametrize("deadlines", [Deadlines(), Deadlines(total=60)])
def test_a_waiting_parallel_query_can_be_edited_and_withdrawn(play, eventually, deadlines):
    scenario = Scenario(turns=[[Gate("go"), Text("$prompt")]])
    session = play(scenario, parallel=True, max_parallel=1, deadlines=deadlines)
    first, second, third = (session.ask(word) for word in ("one", "two", "three"))
    eventually(lambda: len(session.queued()) == 2)
    session.edit(second, "changed")
    session.cancel(third)
    assert third.outcome(10).code == "withdrawn"
    with pytest.raises(TurnNotQueuedError):
        session.edit(first, "too late")
    session.simulator.open_gate("go")
    assert (first.text(10), second.text(10)) == ("one", "changed")
    eventually(lambda: session.info.totals.turns == 3)


def test_a_parallel_query_that_waits_takes_no_actor(play, eventually):
    session = play([Gate("go"), Text("done")], parallel=True, max_parallel=1)
    dispatcher = session.actor_ref.dispatcher
    turns = [session.ask("hi")]
    eventually(lambda: len(session.simulator.launches()) == 1)
    actors = len(dispatcher.live_actors())
    turns += [session.ask("hi") for _ in range(20)]
    assert len(session.queued()) == 20
    assert len(dispatcher.live_actors()) == actors
    session.stop()
    assert {turn.outcome(10).code for turn in turns[1:]} == {"withdrawn"}
    assert session.info.totals.turns == 21


def test_waiting_for_others_counts_for_the_total_of_a_parallel_query(play, eventually):
    session = play([Gate("go"), Text("done")], parallel=True, max_parallel=1)
    session.ask("hi")
    eventually(lambda: len(session.simulator.launches()) == 1)
    late = session.ask("hi", deadlines=Deadlines(total=0.1))
    outcome = late.outcome(10)
    assert isinstance(outcome, TimedOut)
    assert outcome.phase is Phase.TOTAL
    assert len(session.simulator.launches()) == 1


def test_parallel_queries_have_an_outcome_when_their_system_is_killed(play, system, eventually):
    session = play([Wait()], parallel=True, max_parallel=1)
    turns = [session.ask("hi") for _ in range(3)]
    eventually(lambda: len(session.simulator.launches()) == 1)
    system.kill()
    assert all(isinstance(turn.outcome(10), Cancelled) for turn in turns)


def test_a_query_beside_a_conversation_starts_from_a_copy_of_it(play):
    session = play(Scenario())
    first = session.ask("remember").result(10)
    beside = session.ask("beside", parallel=True).result(10)
    assert beside.session_id != first.session_id
    argv = session.simulator.record().argv
    assert f"--resume={first.session_id}" in argv
    assert "--fork-session" in argv
    assert session.ask("still here").result(10).session_id == first.session_id
    assert session.info.totals.turns == 3


def test_a_query_beside_a_new_session_starts_from_nothing(play):
    session = play(Scenario())
    assert session.ask("hi", parallel=True).text(10) == "You said: hi"
    assert not any(word.startswith("--resume") for word in session.simulator.record().argv)


def test_a_parallel_query_may_have_any_option_of_its_own(play):
    session = play(Scenario(), parallel=True)
    session.ask("hi", model="haiku", system_prompt="Be brief", max_turns=3).result(10)
    assert "--model=haiku" in session.simulator.record().argv


def test_one_query_that_fails_or_is_interrupted_changes_nothing_for_the_others(play, eventually):
    session = play([Wait()], Scenario(), parallel=True, max_parallel=4)
    stuck = session.ask("stuck")
    eventually(session.simulator.launches)
    fine = session.ask("fine")
    assert isinstance(fine.outcome(10), Completed)
    stuck.interrupt()
    assert isinstance(stuck.outcome(10), Cancelled)


def test_stopping_ends_all_parallel_queries(play, eventually):
    session = play([Wait()], parallel=True, max_parallel=2)
    turns = [session.ask("hi") for _ in range(4)]
    eventually(lambda: len(session.simulator.launches()) == 2)
    session.stop()
    assert all(isinstance(turn.outcome(0), Cancelled) for turn in turns)


def test_a_system_asks_single_questions(simulator, system, tmp_path):
    installed = simulator(Scenario())
    turn = system.ask("hi", executable=installed.path, cwd=tmp_path, api_key="x")
    assert turn.text(10) == "You said: hi"
