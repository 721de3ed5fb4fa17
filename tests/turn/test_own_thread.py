"""Nothing waits on the thread that has to run for the wait to end."""

import threading

import pytest

from greenroom.runtime import Future, LoopDispatcher, ManualDispatcher, WouldBlock
from greenroom.turn import Stream, Turn
from greenroom.values.outcomes import Completed
from greenroom_protocol import Batch

ONE = Batch(frames=["a"], block=b"a")


class Nothing:
    """A vocabulary of frames that say nothing."""

    def text(self, frame):
        return None

    thinking = text

    def tool_uses(self, frame):
        return ()

    tool_results = tool_uses


@pytest.fixture(name="dispatcher")
def _dispatcher():
    dispatcher = LoopDispatcher()
    yield dispatcher
    dispatcher.close()


@pytest.fixture(name="on_its_thread")
def _on_its_thread(dispatcher):
    """A function that calls another on the dispatcher's thread."""

    def call(function):
        answer, done = [], threading.Event()

        def run():
            try:
                answer.append(function())
            except WouldBlock as error:
                answer.append(error)
            done.set()

        dispatcher.call_soon(run)
        assert done.wait(5)
        return answer[0]

    return call


@pytest.fixture(name="turn")
def _turn():
    stream, interrupts = Stream(), []
    turn = Turn(
        "t1",
        stream=stream,
        outcome=Future(),
        vocabulary=Nothing(),
        interrupt=interrupts.append,
    )
    turn.stream, turn.interrupts = stream, interrupts
    return turn


@pytest.mark.parametrize(
    "wait",
    [
        list,
        lambda turn: list(turn.texts()),
        lambda turn: next(turn.read()),
        lambda turn: turn.collect(),
        lambda turn: list(turn.stream),
        lambda turn: next(turn.stream.batches()),
    ],
    ids=["iterate", "derive", "read", "collect", "stream", "batches"],
)
def test_waiting_for_frames_on_a_dispatchers_thread_is_refused_at_once(on_its_thread, turn, wait):
    error = on_its_thread(lambda: wait(turn))
    assert isinstance(error, WouldBlock)
    assert "iterate on another thread" in str(error)


@pytest.mark.parametrize("wait", [Turn.outcome, Turn.result, Turn.text])
def test_waiting_for_an_outcome_on_a_dispatchers_thread_is_refused(on_its_thread, turn, wait):
    assert isinstance(on_its_thread(lambda: wait(turn)), WouldBlock)
    assert turn.interrupts == []


def test_an_iteration_that_is_refused_interrupts_the_turn_as_one_that_is_left(on_its_thread, turn):
    on_its_thread(lambda: list(turn))
    assert turn.interrupts == ["t1"]


def test_a_dispatchers_thread_may_read_what_is_there(on_its_thread, turn):
    turn.stream.put(ONE)
    turn.stream.end()
    turn._outcome.set(Completed(turn_id="t1", session_id=None, text="done"))
    assert on_its_thread(lambda: list(turn)) == ["a"]
    assert on_its_thread(turn.text) == "done"


def test_an_iteration_that_waited_on_a_free_thread_does_not_wait_on_a_dispatchers(on_its_thread):
    stream = Stream()
    reader = stream.batches()
    timer = threading.Timer(0.01, stream.put, [ONE])
    timer.start()
    assert next(reader) is ONE
    timer.join()
    assert isinstance(on_its_thread(lambda: next(reader)), WouldBlock)


def test_the_thread_that_steps_a_manual_dispatcher_may_not_wait_for_frames_it_brings():
    dispatcher = ManualDispatcher()
    with pytest.raises(WouldBlock):
        list(Stream(dispatcher=dispatcher))
    dispatcher.close()
