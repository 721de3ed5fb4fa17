"""A session asks, streams and answers; its process lives as long as it does."""

import asyncio
import queue
import threading

import pytest

from greenroom import Completed, SessionStoppedError, System, TurnNotQueuedError, TurnOver
from greenroom.runtime import Actor, handles
from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Gate, Text, Thinking, ToolResult, ToolUse, Turn
from greenroom_protocol import LocalProtocolError


def test_a_question_gets_its_answer(play):
    outcome = play([Text("42")]).ask("how much?").outcome(10)
    assert isinstance(outcome, Completed)
    assert (outcome.text, outcome.session_id is not None) == ("42", True)


def test_nothing_is_started_before_the_first_turn(play):
    session = play([Text("hi")])
    assert (session.info.phase, session.info.pid) == ("idle", None)
    assert session.simulator.probes() == 0
    session.ask("hello").result(10)
    assert session.info.pid is not None


def test_a_warm_session_has_done_its_handshake_before_the_first_turn(play, eventually):
    session = play([Text("hi")], warm=True)
    eventually(lambda: session.info.server)
    assert session.info.totals.turns == 0
    assert session.ask("hello").text(10) == "hi"
    assert len(session.simulator.launches()) == 1


def test_the_handshake_and_the_first_prompt_are_written_in_one_go(play):
    session = play([Text("hi")])
    session.ask("hello").result(10)
    kinds = [line["type"] for line in session.simulator.record().inputs]
    assert kinds[:2] == ["control_request", "user"]


def test_turns_share_a_process_and_are_answered_in_the_order_they_were_asked(play):
    session = play(Scenario())
    asked = [session.ask(f"question {n}") for n in range(5)]
    assert [turn.text(10) for turn in asked] == [f"You said: question {n}" for n in range(5)]
    assert len(session.simulator.launches()) == 1
    assert session.info.totals.completed == 5


def test_a_prompt_is_sent_only_when_the_turn_before_it_is_over(play, eventually):
    session = play(Scenario(turns=[Turn(when="first", steps=[Gate("go"), Text("one")])]))
    first, second = session.ask("first"), session.ask("second")
    eventually(lambda: session.info.running == first.id)
    assert [waiting.turn_id for waiting in session.queued()] == [second.id]
    session.simulator.open_gate("go")
    assert (first.text(10), second.text(10)) == ("one", "You said: second")


def test_frames_arrive_while_the_turn_runs(play):
    session = play([Text("one"), Gate("go"), Text("two")])
    texts = iter(session.ask("count").texts())
    assert next(texts) == "one"
    session.simulator.open_gate("go")
    assert list(texts) == ["two"]


def test_partial_text_arrives_piece_by_piece(play):
    session = play([Deltas(["a", "b", "c"])], include_partial_messages=True)
    assert list(session.ask("spell").text_deltas()) == ["a", "b", "c"]


def test_a_turn_is_collected_with_its_tools_paired(play):
    steps = [
        Thinking("hm"),
        ToolUse("Read", {"path": "a"}),
        ToolUse("Bash", {"command": "ls"}),
        ToolResult("x"),
        ToolResult("y", is_error=True),
        Text("done"),
    ]
    got = play(steps).ask("work").collect(10)
    assert (got.text, got.thinking) == ("done", "hm")
    calls = [(call.use.name, call.result.content, call.result.is_error) for call in got.tool_calls]
    assert calls == [("Read", "x", False), ("Bash", "y", True)]


def test_asyncio_streams_and_awaits_several_sessions_at_once(play):
    sessions = [play([Text(str(n))]) for n in range(3)]

    async def ask(session):
        turn = session.ask("who?")
        texts = [text async for text in turn.texts()]
        return texts, (await turn).text

    async def ask_all():
        return await asyncio.gather(*(ask(session) for session in sessions))

    assert asyncio.run(ask_all()) == [([str(n)], str(n)) for n in range(3)]


def test_threads_may_ask_one_session_at_once(play):
    session, answers = play(Scenario()), []

    def ask(n):
        answers.append(session.ask(f"from {n}").text(20) == f"You said: from {n}")

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [True] * 8


def test_text_from_a_prompt_reaches_the_process_verbatim(play):
    session = play(Scenario())
    text = "/clear @file\n\x00 \U0001f600 \u2028 --flag 'quoted' \"twice\""
    assert session.ask(text).text(10) == f"You said: {text}"
    assert session.simulator.record().prompts[0]["client_composed"] is True


def test_a_prompt_may_be_content_blocks(play):
    session = play([Text("seen")])
    session.ask([{"type": "text", "text": "look"}]).result(10)
    assert session.simulator.record().prompts[0]["message"]["content"][0]["text"] == "look"


@pytest.mark.parametrize("prompt", [5, None, [{"no": "type"}], "\ud800"])
def test_a_prompt_that_cannot_be_sent_is_rejected_and_the_session_goes_on(play, prompt):
    session = play(Scenario())
    outcome = session.ask(prompt).outcome(10)
    assert (type(outcome).__name__, outcome.code) == ("Rejected", "bad_prompt")
    assert session.ask("fine").text(10) == "You said: fine"


def test_a_wrong_option_is_refused_when_it_is_given(play, system):
    with pytest.raises(LocalProtocolError, match="max_turns"):
        system.session(max_turn=3)
    with pytest.raises(LocalProtocolError, match="parallel=True"):
        play(Scenario()).ask("hello", tools=["Read"])


def test_options_of_one_turn_are_set_before_it_and_set_back_after_it(play):
    session = play(Scenario(), model="opus")
    for options in ({"model": "haiku"}, {}, {}):
        session.ask("hello", **options).result(10)
    requests = session.simulator.record().requests
    models = [request["model"] for request in requests if request["subtype"] == "set_model"]
    assert models == ["haiku", "opus"]


def test_waiting_turns_can_be_edited_and_cancelled_before_they_are_sent(play, eventually):
    session = play(Scenario(turns=[Turn(when="first", steps=[Gate("go"), Text("one")])]))
    first, second, third = (session.ask(word) for word in ("first", "second", "third"))
    session.edit(second, "changed")
    session.cancel(third)
    assert third.outcome(10).code == "withdrawn"
    with pytest.raises(TurnNotQueuedError, match="can no longer be edited"):
        session.edit(third, "too late")
    eventually(lambda: session.info.running == first.id)
    with pytest.raises(TurnNotQueuedError):
        session.edit(first, "too late")
    session.simulator.open_gate("go")
    assert second.text(10) == "You said: changed"
    prompts = [line["message"]["content"] for line in session.simulator.record().prompts]
    assert prompts == ["first", "changed"]


def test_costs_are_per_turn_and_running(play):
    session = play(Scenario(turns=[Turn(cost_usd=0.5), Turn(cost_usd=0.25)]))
    outcomes = [session.ask("hello").result(10) for _ in range(2)]
    assert [round(outcome.spend.cost_usd, 6) for outcome in outcomes] == [0.5, 0.25]
    assert [round(outcome.running.cost_usd, 6) for outcome in outcomes] == [0.5, 0.75]
    assert round(session.info.totals.spend.cost_usd, 6) == 0.75
    assert session.info.totals.spend.input_tokens == 20


def test_a_stopped_session_takes_no_more_questions(play):
    session = play(Scenario())
    session.ask("hello").result(10)
    session.stop()
    assert (session.info.phase, session.info.pid) == ("stopped", None)
    with pytest.raises(SessionStoppedError):
        session.ask("again")


def test_stopping_twice_or_without_a_process_is_harmless(play):
    session = play(Scenario())
    session.stop()
    session.stop()


def test_a_session_is_a_context_manager_for_threads_and_for_asyncio(play):
    with play(Scenario()) as session:
        session.ask("hello").result(10)
    assert session.info.phase == "stopped"

    async def use():
        async with play(Scenario()) as inner:
            await inner.ask("hello")
        return inner.info.phase

    assert asyncio.run(use()) == "stopped"


def test_closing_the_system_stops_every_session(simulator, tmp_path):
    system = System(configuration={})
    installed = simulator(Scenario())
    sessions = [
        system.session(executable=installed.path, cwd=tmp_path, api_key="x") for _ in range(3)
    ]
    for session in sessions:
        session.ask("hello").result(10)
    system.close()
    system.close()
    assert [session.info.phase for session in sessions] == ["stopped"] * 3


def test_an_actor_that_cannot_wait_is_told_the_outcome(play, system):
    class Waiter(Actor):
        def __init__(self, heard):
            super().__init__()
            self.heard = heard

        @handles(TurnOver)
        def hear(self, over):
            self.heard.put(over)

    heard = queue.Queue()
    waiter = Waiter.start(heard, dispatcher=system.dispatcher)
    turn = play(Scenario()).ask("hello")
    turn.notify(waiter)
    over = heard.get(timeout=10)
    assert (over.turn_id, over.outcome.text) == (turn.id, "You said: hello")
    turn.notify(waiter)
    assert heard.get(timeout=10) == over
