"""Turns the CLI starts by itself steal nothing, double nothing, and are counted."""

import pytest

from greenroom import Deadlines
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse
from greenroom_protocol.claude import Assistant, Result

TASK = {"description": "look", "prompt": "sub work", "subagent_type": "general-purpose"}
WAIT = "until [ -e go ]; do sleep 0.02; done; echo gone"
SHELL = ToolUse("Bash", {"command": WAIT, "description": "wait", "run_in_background": True})


@pytest.fixture(name="delegate")
def _delegate(api, open_session):
    """A function that has work delegated to a sub-agent, which stalls: ``delegate(report)``."""

    def delegate(report):
        api.on("delegate", ToolUse("Agent", TASK), Text("Delegated."), report)
        api.on("sub work", Stall(Text("sub result")))
        session = open_session(tools="default")
        assert session.ask("delegate").text(20) == "Delegated."
        api.wait_for_stall(timeout=20)
        return session

    return delegate


def frames_of(background):
    return [frame for batch in background.batches() for frame in batch.frames]


def test_the_report_of_a_sub_agent_goes_to_the_background_and_the_next_turn_is_right(
    api, delegate, eventually
):
    session = delegate(Text("The report is in."))
    assert session.info.totals.turns == 1
    api.release()
    eventually(lambda: session.info.totals.turns == 2)
    got = session.ask("hello").collect(20)
    assert (got.text, got.outcome.text) == ("You said: hello", "You said: hello")
    session.stop()
    results = [each for each in frames_of(session.background) if isinstance(each, Result)]
    assert [result.result for result in results] == ["The report is in."]


def test_a_background_turn_is_counted_as_the_wire_counts_it(api, delegate, eventually):
    session = delegate(Text("The report is in."))
    api.release()
    eventually(lambda: session.info.totals.turns == 2)
    last = session.ask("hello").result(20)
    totals = session.info.totals
    assert (totals.turns, totals.completed) == (3, 3)
    assert totals.spend.cost_usd == pytest.approx(last.frame.total_cost_usd)
    assert last.spend.output_tokens == 5


def test_a_question_asked_while_the_cli_works_for_itself_gets_its_own_answer(
    api, delegate, eventually
):
    session = delegate(Stall(Text("The report is in.")))
    api.release()
    api.wait_for_request(lambda request: b"sub result" in request.content, 20)
    api.wait_for_stall(timeout=20)
    turn = session.ask("mine")
    assert not turn.done
    api.release()
    got = turn.collect(20)
    assert (got.text, got.outcome.text) == ("You said: mine", "You said: mine")
    assert session.info.totals.turns == 3
    assert session.info.strays == 0


def test_a_report_that_comes_while_a_turn_runs_steals_nothing_from_it(api, delegate, eventually):
    session = delegate(Text("not asked"))
    api.on("count", Stall(Text("counted")), Text("The report is in."))
    turn = session.ask("count")
    api.wait_for_stall(2, timeout=20)
    api.release()
    assert turn.text(20) == "counted"
    assert session.ask("hello").text(20) == "You said: hello"
    eventually(lambda: session.info.phase == "idle")
    assert (session.info.totals.completed, session.info.strays) == (session.info.totals.turns, 0)


def test_the_clocks_of_a_question_rest_while_the_cli_works_for_itself(api, delegate):
    session = delegate(Stall(Text("The report is in.")))
    api.release()
    api.wait_for_request(lambda request: b"sub result" in request.content, 20)
    api.wait_for_stall(timeout=20)
    turn = session.ask("mine", deadlines=Deadlines(first_event=0.5))
    with pytest.raises(TimeoutError):
        turn.outcome(1)
    api.release()
    assert turn.text(20) == "You said: mine"


def test_a_question_asked_while_a_sub_agent_works_does_not_wait_for_it(api, delegate, eventually):
    session = delegate(Text("The report is in."))
    assert session.ask("mine").text(20) == "You said: mine"
    api.release()
    eventually(lambda: session.info.totals.turns == 3)
    assert session.ask("again").text(20) == "You said: again"


def test_the_end_of_a_background_shell_is_a_turn_of_the_cli(api, open_session, project, eventually):
    api.on("begin", SHELL, Text("Begun."), Text("It is over."))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    assert session.ask("begin").text(20) == "Begun."
    assert session.ask("and now?").text(20) == "You said: and now?"
    (project / "go").touch()
    eventually(lambda: session.info.totals.turns == 3)
    assert session.ask("hello").text(20) == "You said: hello"
    session.stop()
    said = [each for each in frames_of(session.background) if isinstance(each, Assistant)]
    assert len(said) == 1


def test_stopping_ends_a_background_shell(api, open_session, project):
    api.on("begin", SHELL, Text("Begun."))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    assert session.ask("begin").text(20) == "Begun."
    session.stop()  # the ledger finds the shell, if it is still there
    assert session.info.phase == "stopped"


def test_stopping_ends_a_sub_agent(delegate):
    session = delegate(Text("never"))
    session.stop()
    assert session.info.phase == "stopped"
