"""What becomes of turns, hooks, tools and options when a process is lost."""

from __future__ import annotations

import os
import signal
import time
from itertools import pairwise

import pytest

from greenroom import Completed, Crashed, Interrupted, Recovery
from greenroom.hooks import allow
from greenroom.runtime import Backoff
from greenroom.session.events import ProcessLost, ProcessStarted
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    Exit,
    Gate,
    Half,
    Hook,
    Kill,
    McpCall,
    Reply,
    Text,
    ToolUse,
    Turn,
    Wait,
)
from greenroom.tools import tool
from greenroom.values.ladder import Rung
from tests.control.record import contents, handshake_of, models, requests
from tests.control.turns import begin
from tests.patience import PATIENCE_SECONDS, eventually

DO = PATIENCE_SECONDS
QUICKLY = Recovery(intensity=50, backoff=Backoff(base=0.001, cap=0.002))


def killer(at):
    """A scenario that answers so many prompts, and dies in the middle of the next one."""
    return Scenario(turns=[*[[Text("fine")]] * at, [Text("I will"), Half(), Kill("SIGKILL")]])


def all_prompts(session):
    launches = range(1, len(session.simulator.launches()) + 1)
    return [prompt for launch in launches for prompt in contents(session, launch)]


def test_turns_keep_their_order_over_a_crash_and_nothing_is_sent_twice(play):
    session = play(killer(1), killer(2), Scenario(), recovery=QUICKLY)
    turns = [session.ask(f"turn {n}") for n in range(8)]
    outcomes = [turn.outcome(DO) for turn in turns]
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [
        Completed,
        Interrupted,
        Completed,
        Completed,
        Interrupted,
        Completed,
        Completed,
        Completed,
    ]
    assert all_prompts(session) == [f"turn {n}" for n in range(8)]
    assert (session.info.totals.turns, session.info.totals.completed) == (8, 6)
    assert len({outcome.session_id for outcome in outcomes if outcome.ok}) == 1


def test_a_turn_that_began_is_interrupted_and_says_how_its_process_ended(play):
    session = play(killer(0))
    outcome = session.ask("hello").outcome(DO)
    assert (type(outcome), outcome.code) == (Interrupted, "outcome_unknown")
    assert (outcome.signal, outcome.exit_code) == (signal.SIGKILL, None)
    assert outcome.context.begun
    assert "SIGKILL" in str(outcome)


def test_a_turn_that_had_not_begun_has_merely_crashed(play):
    session = play(Scenario(turns=[Turn([Kill("SIGKILL")], envelope=False)]), Scenario())
    outcome = session.ask("hello").outcome(DO)
    assert (type(outcome), outcome.code) == (Crashed, "crashed")
    assert not outcome.context.begun
    assert session.ask("again").text(DO) == "You said: again"


def test_what_was_said_before_the_crash_is_in_the_stream(play):
    turn = play(killer(0)).ask("hello")
    assert list(turn.texts()) == ["I will"]


def test_an_idempotent_turn_has_what_both_processes_said_in_its_stream(play):
    session = play(killer(0), Scenario())
    turn = session.ask("hello", idempotent=True)
    assert list(turn.texts()) == ["I will", "You said: hello"]
    assert turn.result(DO).text == "You said: hello"
    assert all_prompts(session) == ["hello", "hello"]
    [[first], [second]] = [
        [prompt["uuid"] for prompt in session.simulator.record(n).prompts] for n in (1, 2)
    ]
    assert first == turn.id != second


def test_the_next_process_goes_on_with_the_conversation(play, heard):
    count = Scenario(turns=[[Text("after $history")]])
    session = play(Scenario(turns=[[Text("hi")], [Kill()]]), count)
    first = session.ask("one").result(DO)
    assert isinstance(session.ask("two").outcome(DO), Interrupted)
    third = session.ask("three").result(DO)
    assert (third.text, third.session_id) == ("after 2", first.session_id)
    assert f"--resume={first.session_id}" in session.simulator.record(2).argv
    started = [event for event in heard if type(event) is ProcessStarted]
    assert [event.rung for event in started] == [None, Rung.RESUME]
    [lost] = [event for event in heard if type(event) is ProcessLost]
    assert (lost.code, lost.losses, lost.restart_in) == ("crashed", 1, 0.0)
    assert lost.session_id == first.session_id


@pytest.mark.parametrize("moment", ["idle", "in a turn"])
def test_hooks_and_tools_are_registered_again_and_work(play, moment):
    calls = []

    @tool
    def price() -> str:
        """The price."""
        calls.append("price")
        return "12"

    def watch(_asked):
        calls.append("hook")
        return allow()

    working = [ToolUse("Bash", {"command": "ls"}), Hook("PreToolUse"), McpCall("shop", "price")]
    dying = [[*working, Text("hi")], [Text("so"), Gate("never")]]
    session = play(
        Scenario(turns=dying),
        Scenario(turns=[[*working, Text("hi")]]),
        mcp_servers={"shop": [price]},
        hooks={"PreToolUse": watch},
        recovery=QUICKLY,
    )
    session.ask("one").result(DO)
    doomed = session.ask("two") if moment == "in a turn" else None
    if doomed is not None:
        begin(doomed)
    pid = session.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: session.info.pid != pid)
    if doomed is not None:
        assert isinstance(doomed.outcome(DO), Interrupted)
    session.ask("three").result(DO)
    assert calls == ["hook", "price"] * 2
    first, second = handshake_of(session, 1), handshake_of(session, 2)
    assert (first["hooks"], first.get("sdkMcpServers")) == (
        second["hooks"],
        second.get("sdkMcpServers"),
    )


def test_what_was_changed_at_run_time_holds_in_the_next_process(play):
    session = play(Scenario(turns=[[Text("hi")], [Kill()]]), Scenario(), model="sonnet")
    session.ask("one").result(DO)
    session.set_model("haiku").get(timeout=DO)
    session.set_permission_mode("plan").get(timeout=DO)
    assert isinstance(session.ask("two").outcome(DO), Interrupted)
    session.ask("three").result(DO)
    argv = session.simulator.record(2).argv
    assert {"--model=haiku", "--permission-mode=plan"} <= set(argv)


def test_what_a_lost_turn_alone_was_to_run_with_does_not_hold(play):
    session = play(Scenario(turns=[[Text("hi")], [Kill()]]), Scenario(), model="sonnet")
    session.ask("one").result(DO)
    assert isinstance(session.ask("two", model="haiku").outcome(DO), Interrupted)
    assert session.ask("three").result(DO)
    assert "--model=sonnet" in session.simulator.record(2).argv
    assert requests(session, "set_model", 2) == []


def test_a_repeated_turn_runs_with_its_own_options_again(play):
    session = play(Scenario(turns=[[Kill()]]), Scenario(), model="sonnet")
    turn = session.ask("one", model="haiku", idempotent=True)
    turn.result(DO)
    eventually(lambda: models(session, 2) == ["haiku", "sonnet"])


def test_an_order_that_was_unanswered_fails_and_one_that_follows_is_obeyed(play):
    dying = Scenario(requests={"mcp_status": Reply(before=[Kill()])})
    session = play(dying, Scenario(), warm=True)
    eventually(lambda: session.server_info is not None)
    with pytest.raises(Exception, match="ended before it answered"):
        session.mcp_status().get(timeout=DO)
    assert session.mcp_status().get(timeout=DO) is not None


def test_a_query_beside_the_conversation_is_asked_again_too(play):
    session = play(
        Scenario(turns=[[Text("hi")]]), killer(0), Scenario(), recovery=QUICKLY, max_parallel=1
    )
    session.ask("one").result(DO)
    assert session.ask("two", parallel=True, idempotent=True).text(DO) == "You said: two"
    assert len(session.simulator.launches()) == 3


def test_an_eager_session_is_up_again_before_anybody_asks(play):
    session = play(Scenario(), recovery=Recovery(eager=True))
    session.ask("one").result(DO)
    pid = session.info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: session.info.pid not in {None, pid})
    session.simulator.wait_for(lambda record: record.is_running, launch=2)
    assert session.info.totals.turns == 1


def test_another_session_starts_none_before_somebody_asks(play):
    session = play(Scenario())
    session.ask("one").result(DO)
    os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: session.info.pid is None)
    session.queued()  # an answer of the actor: it has come to rest
    assert (session.info.phase, len(session.simulator.launches())) == ("idle", 1)
    assert session.ask("two").text(DO) == "You said: two"


def test_processes_that_die_behind_the_handshake_are_started_with_pauses_and_given_up(play, heard):
    dying = Scenario(requests={"initialize": Reply(after=[Wait(0.02), Exit(1)])})
    recovery = Recovery(intensity=4, eager=True, backoff=Backoff(base=0.1, jitter=0.0))
    session = play(dying, recovery=recovery, warm=True)
    eventually(lambda: session.info.phase == "stopped")
    records = session.simulator.launches()
    assert len(records) == 5
    starts = [record.started_at for record in records]
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    for gap, pause in zip(gaps, [0.0, 0.1, 0.2, 0.4], strict=True):
        assert gap >= pause
    assert [event.losses for event in heard if type(event) is ProcessLost] == [1, 2, 3, 4, 5]
    before = time.monotonic()
    session.stop()
    assert time.monotonic() - before < 1
