"""Queries beside a conversation and beside each other, each in a process of its own."""

import os
import signal

import pytest

from greenroom import Cancelled, Completed, Interrupted
from greenroom.testing.fake_anthropic import Stall, Text
from greenroom_protocol import LocalProtocolError


def test_a_query_beside_a_conversation_knows_it_and_is_not_known_to_it(api, open_session, history):
    session = open_session()
    first = session.ask("my name is Ada").result(20)
    beside = session.ask("beside?", parallel=True).result(20)
    assert beside.session_id != first.session_id
    assert history(api.requests[-1], "my name is Ada", "beside?") == ["my name is Ada", "beside?"]
    assert session.ask("still there?").result(20).session_id == first.session_id
    texts = ("my name is Ada", "beside?", "still there?")
    assert history(api.requests[-1], *texts) == ["my name is Ada", "still there?"]
    assert session.info.totals.turns == 3


def test_queries_are_answered_while_the_conversation_is_busy(api, open_session):
    session = open_session()
    session.ask("hello").result(20)
    api.on("long work", Stall(Text("worked")))
    busy = session.ask("long work")
    api.wait_for_stall(timeout=20)
    beside = [session.ask(f"beside {n}", parallel=True) for n in range(2)]
    assert [turn.text(20) for turn in beside] == ["You said: beside 0", "You said: beside 1"]
    assert not busy.done
    api.release()
    assert busy.text(20) == "worked"


def test_a_parallel_session_runs_as_many_at_a_time_as_it_may(api, open_session, eventually):
    api.on("wait", Stall(Text("waited")))
    session = open_session(parallel=True, max_parallel=2)
    turns = [session.ask(f"wait {n}") for n in range(5)]
    for running, waiting, done in ((2, 3, 2), (2, 1, 4), (1, 0, 5)):
        api.wait_for_stall(running, timeout=20)
        assert len(session.queued()) == waiting
        api.release()
        eventually(lambda done=done: sum(turn.done for turn in turns) == done)
    assert [turn.text(0) for turn in turns] == ["waited"] * 5


def test_twenty_queries_share_four_processes_at_a_time(open_session):
    session = open_session(parallel=True, max_parallel=4)
    turns = [session.ask(f"question {n}") for n in range(20)]
    results = [turn.result(40) for turn in turns]
    assert [result.text for result in results] == [f"You said: question {n}" for n in range(20)]
    assert len({result.session_id for result in results}) == 20
    assert session.info.totals.completed == 20


def test_queries_start_from_a_copy_of_the_conversation_that_is_named(api, open_session, history):
    with open_session() as session:
        name = session.ask("my name is Ada").result(20).session_id
    session = open_session(parallel=True, resume=name)
    turns = [session.ask(f"beside {n}") for n in range(2)]
    assert name not in {turn.result(20).session_id for turn in turns}
    told = [history(each, "my name is Ada", "beside 0", "beside 1") for each in api.requests[1:]]
    assert sorted(told) == [["my name is Ada", f"beside {n}"] for n in range(2)]


def test_queries_beside_each_other_have_no_newest_conversation_to_continue(open_session):
    with pytest.raises(LocalProtocolError, match="resume="):
        open_session(parallel=True, continue_conversation=True).ask("hello")


def test_a_query_may_have_any_option_of_its_own(api, open_session):
    session = open_session(parallel=True, system_prompt="Be long")
    session.ask("hi", model="claude-haiku-5-5", system_prompt="Be brief").result(20)
    (request,) = api.requests
    assert request.model == "claude-haiku-5-5"
    assert b"Be brief" in request.content
    assert b"Be long" not in request.content


def test_a_query_whose_process_dies_changes_nothing_for_the_others(
    api, open_session, children, eventually
):
    api.on("wait", Stall(Text("waited")))
    session = open_session(parallel=True, max_parallel=3)
    doomed = session.ask("wait 1")
    (pid,) = eventually(children)
    others = [session.ask("wait 2"), session.ask("wait 3")]
    api.wait_for_stall(3, timeout=20)
    os.kill(pid, signal.SIGKILL)
    outcome = doomed.outcome(10)
    assert (type(outcome), outcome.signal) == (Interrupted, signal.SIGKILL)
    api.release()
    assert [turn.text(20) for turn in others] == ["waited", "waited"]


def test_interrupting_one_query_leaves_the_others_alone(api, open_session):
    api.on("wait", Stall(Text("waited")))
    session = open_session(parallel=True, max_parallel=2)
    one, two = session.ask("wait 1"), session.ask("wait 2")
    api.wait_for_stall(2, timeout=20)
    one.interrupt()
    assert isinstance(one.outcome(10), Cancelled)
    api.release()
    assert isinstance(two.outcome(20), Completed)


def test_stopping_a_parallel_session_ends_what_runs_and_withdraws_what_waits(api, open_session):
    api.on("wait", Stall())
    session = open_session(parallel=True, max_parallel=2)
    turns = [session.ask(f"wait {n}") for n in range(4)]
    api.wait_for_stall(2, timeout=20)
    session.stop()
    assert all(isinstance(turn.outcome(0), Cancelled) for turn in turns)
    assert len(api.requests) == 2


def test_single_questions_of_a_system_run_beside_each_other(api, system, options):
    api.on("wait", Stall(Text("waited")))
    turns = [system.ask(f"wait {n}", **options()) for n in range(2)]
    api.wait_for_stall(2, timeout=20)
    api.release()
    assert [turn.text(20) for turn in turns] == ["waited", "waited"]
