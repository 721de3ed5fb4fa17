"""A fault of ours while frames are handed over ends that turn, as what it is, and nothing else."""

import sys

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Gate, Text
from greenroom.turn.buffer import Buffer
from greenroom.values.outcomes import Completed, Interrupted

PIECES = Deltas(["two "] * 10, pause_seconds=0.01)
"""Written one by one, so that there are reads with nothing but pieces in them."""

PLAIN = Scenario(turns=[[Text("one"), Gate("go"), PIECES]])


@pytest.fixture(name="failing_put")
def _failing_put(monkeypatch):
    """Have the first `put` fail that a function of this name asks for."""
    real, failed = Buffer.put, []

    def fail_in(caller):
        def put(self, batch):
            if not failed and caller in _callers():
                failed.append(batch)
                raise MemoryError("no room for a frame")
            return real(self, batch)

        monkeypatch.setattr(Buffer, "put", put)
        return failed

    return fail_in


def _callers():
    frame = sys._getframe(2)
    while frame is not None:
        yield frame.f_code.co_qualname
        frame = frame.f_back


@pytest.mark.parametrize("caller", ["Port._pass_on", "Lane.give"])
def test_a_frame_that_could_not_be_handed_over_is_never_followed_by_success(
    play, failing_put, caller
):
    session = play(PLAIN, include_partial_messages=True)
    failed = failing_put(caller)
    turn = session.ask("first")
    frames = iter(turn)
    next(frames, None)
    session.simulator.open_gate("go")
    outcome = turn.outcome(timeout=20)
    assert failed
    assert (type(outcome), outcome.code) == (Interrupted, "internal_error")
    assert "no room for a frame" in str(outcome)
    assert isinstance(session.ask("second").outcome(timeout=20), Completed)
