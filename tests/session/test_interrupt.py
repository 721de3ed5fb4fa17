"""An interrupt has a confirmed outcome, and touches no turn but its own."""

import asyncio

import pytest

from greenroom import Cancelled, Completed, Deadlines
from greenroom.testing import Reply, Scenario
from greenroom.testing.scenario import Gate, Hang, Text, ToolUse, Turn, Wait


def first_then(*steps, **rest):
    """A scenario that plays `steps` for the first prompt and echoes all that hold "two"."""
    return Scenario(turns=[Turn(when="two"), Turn(steps)], **rest)


def test_an_interrupted_turn_is_cancelled_and_the_cli_confirmed_it(play):
    session = play(first_then(Text("so far"), Wait()))
    turn = session.ask("count")
    assert next(iter(turn.texts())) == "so far"  # leaving the stream interrupts
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.confirmed, outcome.code) == (Cancelled, True, "interrupted")
    assert session.ask("two now").text(10) == "You said: two now"
    assert len(session.simulator.launches()) == 1


def test_an_interrupt_right_behind_the_prompt_ends_that_turn_alone(play):
    session = play(first_then(Wait()))
    turn, following = session.ask("one"), session.ask("two")
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert following.text(10) == "You said: two"


def test_an_interrupt_while_a_tool_runs_ends_the_turn(play):
    session = play(first_then(ToolUse("Bash", {"command": "sleep 9"}), Wait()))
    turn = session.ask("work")
    next(iter(turn.tool_uses()))
    assert isinstance(turn.outcome(10), Cancelled)


def test_interrupting_twice_or_too_late_is_harmless(play):
    session = play(first_then(Wait()))
    turn = session.ask("one")
    turn.interrupt()
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    turn.interrupt()
    assert session.ask("two").text(10) == "You said: two"
    kinds = [request["subtype"] for request in session.simulator.record().requests]
    assert kinds.count("interrupt") <= 2  # the second one only if the first came too early


def test_a_result_that_was_faster_than_the_interrupt_stands(play, eventually):
    session = play(Scenario(turns=[[Gate("go"), Text("done")]], on_interrupt="acknowledge"))
    turn = session.ask("one")
    eventually(lambda: session.info.phase == "busy")
    turn.interrupt()
    session.simulator.open_gate("go")
    assert isinstance(turn.outcome(10), Completed)


@pytest.mark.parametrize("steps", [(Wait(),), (Hang(),)], ids=["deaf", "hanging"])
def test_an_interrupt_that_is_not_confirmed_stops_the_process(play, steps, eventually):
    scenario = Scenario(turns=[Turn(steps)], on_interrupt="ignore", on_sigterm="ignore")
    session = play(scenario, Scenario(), deadlines=Deadlines(interrupt=0.2))
    turn = session.ask("one")
    eventually(lambda: session.info.phase == "busy")
    turn.interrupt()
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.confirmed) == (Cancelled, False)
    assert session.ask("two").text(10) == "You said: two"


def test_an_interrupt_that_is_refused_still_ends_in_time(play):
    scenario = Scenario(turns=[[Wait()]], requests={"interrupt": Reply(error="no")})
    session = play(scenario, deadlines=Deadlines(interrupt=0.2))
    turn = session.ask("one")
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)


def test_a_waiting_turn_that_is_interrupted_is_never_sent(play):
    session = play(first_then(Gate("go"), Text("one")))
    first, second = session.ask("first"), session.ask("second")
    second.interrupt()
    outcome = second.outcome(10)
    assert (type(outcome), outcome.code) == (Cancelled, "withdrawn")
    session.simulator.open_gate("go")
    assert first.text(10) == "one"
    assert len(session.simulator.record().prompts) == 1


def test_stopping_a_session_ends_the_running_turn_and_withdraws_the_others(play, eventually):
    session = play(first_then(Wait()))
    running, waiting = session.ask("one"), session.ask("two")
    eventually(lambda: session.info.phase == "busy")
    session.stop()
    assert isinstance(running.outcome(0), Cancelled)
    assert waiting.outcome(0).code == "withdrawn"


def test_stopping_a_session_whose_process_ignores_everything_is_bounded(play, eventually):
    scenario = Scenario(
        turns=[[Wait()]], on_interrupt="ignore", on_sigterm="ignore", on_eof="ignore"
    )
    session = play(scenario)
    turn = session.ask("one")
    eventually(lambda: session.info.phase == "busy")
    session.stop(timeout=8)
    outcome = turn.outcome(0)
    assert (type(outcome), outcome.confirmed) == (Cancelled, False)


def test_cancelling_an_asyncio_task_that_iterates_interrupts_the_turn(play):
    session = play(first_then(Text("so far"), Wait()))
    turn = session.ask("count")

    async def read(started):
        async for _text in turn.texts():
            started.set()

    async def run():
        started = asyncio.Event()
        task = asyncio.create_task(read(started))
        await started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert isinstance(turn.outcome(10), Cancelled)


def test_cancelling_an_asyncio_task_that_awaits_leaves_the_turn_running(play):
    session = play(first_then(Gate("go"), Text("done")))
    turn = session.ask("count")

    async def run():
        task = asyncio.ensure_future(turn.aoutcome())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    session.simulator.open_gate("go")
    assert turn.text(10) == "done"
