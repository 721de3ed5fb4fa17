"""Derived streams work alike in threads and in asyncio."""

import asyncio

import pytest

from greenroom.runtime import Future
from greenroom.turn import Stream, Turn
from greenroom.values.outcomes import Cancelled, Completed, FailureContext
from greenroom_protocol import Batch


class Words:
    """A vocabulary over plain strings: upper case is thinking, `!name` a call, `=name` a result."""

    def text(self, frame):
        return frame if frame.isalpha() and frame.islower() else None

    def text_delta(self, frame):
        return frame[1:] if frame.startswith("+") else None

    def thinking(self, frame):
        return frame if frame.isupper() else None

    def thinking_delta(self, frame):
        return None

    def tool_uses(self, frame):
        return [Use(frame[1:])] if frame.startswith("!") else []

    def tool_results(self, frame):
        return [Done(frame[1:])] if frame.startswith("=") else []


class Use:
    def __init__(self, name):
        self.id = self.name = name


class Done:
    def __init__(self, name):
        self.tool_use_id = name


@pytest.fixture(name="make")
def _make():
    def make(*frames, outcome=None):
        stream, future, interrupts = Stream(), Future(), []
        for frame in frames:
            stream.put(Batch(frames=[frame], block=frame.encode()))
        if outcome is not None:
            stream.end()
            future.set(outcome)
        turn = Turn(
            "t1", stream=stream, outcome=future, vocabulary=Words(), interrupt=interrupts.append
        )
        turn.interrupts = interrupts
        return turn

    return make


DONE = Completed(turn_id="t1", session_id="s", text="bye", rounds=2)


def both_ways(flow):
    """Iterate a fresh turn's flow in a thread and another one's in asyncio."""

    async def gather():
        return [item async for item in flow()]

    first, second = list(flow()), asyncio.run(gather())
    assert first == second
    return first


def test_a_turn_iterates_its_frames(make):
    assert both_ways(lambda: make("a", "B", outcome=DONE)) == ["a", "B"]


def test_map_filter_tap_and_flat_map_chain(make):
    seen = []

    def flow():
        turn = make("a", "B", "c", outcome=DONE)
        return turn.filter(str.islower).tap(seen.append).map(str.upper).flat_map(lambda s: s + "!")

    assert both_ways(flow) == ["A", "!", "C", "!"]
    assert seen == ["a", "c", "a", "c"]


def test_filter_takes_types_as_well_as_predicates(make):
    assert list(make("a", outcome=DONE).filter(str)) == ["a"]
    assert list(make("a", outcome=DONE).filter((int, float))) == []


@pytest.mark.parametrize(
    ("helper", "expected"),
    [("texts", ["a"]), ("text_deltas", ["d"]), ("thinking", ["B"])],
)
def test_each_helper_yields_what_its_vocabulary_says(make, helper, expected):
    def flow():
        return getattr(make("a", "+d", "B", outcome=DONE), helper)()

    assert both_ways(flow) == expected


def test_tool_results_can_be_chosen_by_the_name_of_the_tool(make):
    turn = make("!bash", "!read", "=read", "=bash", outcome=DONE)
    assert [done.tool_use_id for done in turn.tool_results("bash")] == ["bash"]


def test_tool_results_come_all_without_a_name(make):
    assert len(list(make("!bash", "=bash", "=other", outcome=DONE).tool_results())) == 2


def test_on_tool_use_sees_calls_and_passes_everything_on(make):
    names = []
    flow = make("a", "!bash", outcome=DONE).on_tool_use(lambda use: names.append(use.name))
    assert list(flow) == ["a", "!bash"]
    assert names == ["bash"]


def test_collect_pairs_calls_with_results_and_keeps_the_outcome(make):
    got = make("a", "B", "c", "!x", "!y", "=y", outcome=DONE).collect()
    assert (got.text, got.thinking, got.frames, got.rounds) == ("ac", "B", 6, 2)
    assert [(call.use.name, call.result is not None) for call in got.tool_calls] == [
        ("x", False),
        ("y", True),
    ]
    assert got.outcome == DONE


def test_collect_of_a_failed_turn_returns_its_error(make):
    error = Cancelled("no")
    assert make("a", outcome=error).collect().outcome is error
    assert asyncio.run(make("a", outcome=error).acollect()).outcome is error


def test_collect_folds_only_what_was_not_read_before(make):
    turn = make("a", "b", outcome=DONE)
    assert list(turn.texts()) == ["a", "b"]
    got = turn.collect()
    assert (got.text, got.frames, got.rounds, got.outcome.text) == ("", 0, 2, "bye")


def test_collect_of_a_failed_turn_counts_no_rounds(make):
    got = make("a", outcome=Cancelled("no")).collect()
    assert (got.text, got.rounds) == ("a", 0)


def test_leaving_a_loop_early_interrupts_the_turn(make):
    turn = make("a", "b")
    for _frame in turn:
        break
    assert turn.interrupts == ["t1"]


def test_leaving_a_derived_loop_early_interrupts_the_turn(make):
    turn = make("a", "b")
    for _text in turn.texts().map(str.upper):
        break
    assert turn.interrupts == ["t1"]


def test_leaving_an_async_loop_early_interrupts_the_turn(make):
    turn = make("a", "b")

    async def leave():
        async for _frame in turn:
            break

    asyncio.run(leave())
    assert turn.interrupts == ["t1"]


def test_reading_to_the_end_interrupts_nothing(make):
    turn = make("a", outcome=DONE)
    assert list(turn) == ["a"]
    turn.interrupt()
    assert turn.interrupts == []


def test_result_returns_a_completion_and_raises_everything_else(make):
    assert make(outcome=DONE).result() is DONE
    assert make(outcome=DONE).text() == "bye"
    with pytest.raises(Cancelled):
        make(outcome=Cancelled("no")).result()


def test_a_failure_is_raised_anew_each_time_as_a_copy_of_the_outcome(make):
    outcome = Cancelled("no", confirmed=False, context=FailureContext(turn_id="t1", pid=7))
    turn = make(outcome=outcome)
    for ask in (turn.result, turn.text):
        with pytest.raises(Cancelled, match="no") as raised:
            ask()
        assert raised.value is not outcome
        assert vars(raised.value) == vars(outcome)
    assert turn.outcome() is outcome
    assert outcome.__traceback__ is None


def test_await_returns_a_completion_and_raises_everything_else(make):
    async def wait(turn):
        return await turn

    assert asyncio.run(wait(make(outcome=DONE))) is DONE
    with pytest.raises(Cancelled):
        asyncio.run(wait(make(outcome=Cancelled("no"))))


def test_waiting_for_an_outcome_can_be_bounded_and_the_turn_goes_on(make):
    turn = make("a")
    with pytest.raises(TimeoutError, match="it goes on"):
        turn.outcome(timeout=0.01)
    assert not turn.done
    assert turn.interrupts == []
