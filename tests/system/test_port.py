"""A port says why it ended its process, and nothing after it is down."""

from pathlib import Path

import pytest

from greenroom.port import Close, CloseReason, Hasten, Pause, PortDown, PortUp, Write
from greenroom.runtime.process import BRUTAL_KILL, StopLadder, Unkillable
from greenroom.testing import Scenario
from greenroom.testing.scenario import CloseStdout, Exit, Frame, Wait

WAITS = Scenario(on_start=[Wait()], on_eof="ignore", on_sigterm="ignore", lifetime_seconds=20)


def test_a_process_that_closes_its_stdout_and_lives_on_is_ended_for_that_reason(launch, hear):
    down = hear(launch(Scenario(on_start=[CloseStdout(), Wait()])).heard, PortDown)
    assert down.closed_because is CloseReason.STDOUT_CLOSED


def test_a_process_that_ends_by_itself_was_not_ended_by_us(launch, hear):
    down = hear(launch(Scenario(on_start=[Exit(3)])).heard, PortDown)
    assert (down.status.code, down.closed_because) == (3, None)


@pytest.mark.parametrize("reason", [None, CloseReason.STUCK])
def test_the_first_request_to_end_a_process_says_why(launch, hear, reason):
    launched = launch(WAITS)
    hear(launched.heard, PortUp)
    launched.port.tell(Close(busy=True, reason=reason))
    launched.port.tell(Close(busy=True, reason=CloseReason.KILLED))
    assert hear(launched.heard, PortDown).closed_because is reason


def test_a_climb_under_way_is_hastened(launch, hear):
    launched = launch(WAITS, StopLadder(eof_grace=60, term_grace=60))
    hear(launched.heard, PortUp)
    launched.port.tell(Close(busy=False))
    launched.port.tell(Write(b"too late"))
    launched.port.tell(Hasten(BRUTAL_KILL))
    assert hear(launched.heard, PortDown).status.signal == 9


def test_a_port_that_is_stopped_says_so(launch, hear):
    launched = launch(WAITS)
    hear(launched.heard, PortUp)
    launched.port.stop()
    assert hear(launched.heard, PortDown).closed_because is CloseReason.STOPPED


def test_its_secrets_are_removed_when_the_dispatcher_closes_under_it(launch, hear):
    launched = launch(WAITS)
    scratch = Path(hear(launched.heard, PortUp).launch.spec.scratch)
    assert any("sk-secret" in file.read_text() for file in scratch.iterdir() if file.is_file())
    launched.dispatcher.call_soon(launched.spawner.close)  # it sees nothing of the end
    launched.dispatcher.close()
    assert not scratch.exists()


def test_a_port_that_crashes_ends_its_process_and_removes_its_secrets(
    launch, hear, gone, eventually
):
    launched = launch(WAITS)
    up = hear(launched.heard, PortUp)
    launched.port.tell(Hasten(None))  # no ladder at all
    assert isinstance(hear(launched.heard, PortDown).error, AttributeError)
    assert gone(up.pid)
    eventually(lambda: not Path(up.launch.spec.scratch).exists(), 5)


def test_nothing_is_heard_of_a_process_that_was_given_up_as_unkillable(launch, hear, gone):
    flood = Frame({"type": "keep_alive", "filler": "x" * 1000}, times=100_000)
    hasty = StopLadder(eof_grace=0, term_grace=0, kill_grace=0)
    for _ in range(20):  # some of them end at once
        launched = launch(Scenario(on_start=[flood, Wait()]), hasty)
        pid = hear(launched.heard, PortUp).pid
        launched.port.tell(Pause())
        launched.port.tell(Close(busy=True))
        given_up = isinstance(hear(launched.heard, PortDown).error, Unkillable)
        assert gone(pid)
        launched.dispatcher.close()
        assert launched.heard.empty()
        if given_up:
            return
    pytest.fail("none was given up")
