"""The end of input, and signals."""

import signal

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario
from greenroom_protocol.claude import (
    Assistant,
    Result,
)

SILENT = Scenario(turns=[[s.Text("so far"), s.Wait()], [s.Text("next")]])


def test_at_the_end_of_input_what_is_queued_is_finished_first(play):
    client = play(
        Scenario(turns=[[s.Deltas(["slow", "ly"], pause_seconds=0.05)]], queueing="serial")
    )
    for number in range(3):
        client.prompt(uuid=f"p-{number}")
    assert client.finish() == 0
    assert len(client.results()) == 3


def test_the_end_of_input_can_be_ignored(play):
    client = play(Scenario(on_eof="ignore"))
    client.process.stdin.close()
    client.simulator.wait_for(lambda record: record.saw_eof)
    assert client.process.poll() is None
    client.process.terminate()
    assert client.wait() == 143


def test_the_end_of_input_can_play_steps(play):
    client = play(Scenario(on_eof=[s.Stderr("bye\n"), s.Exit(5)]))
    assert client.finish() == 5
    assert client.stderr() == b"bye\n"


@pytest.mark.parametrize("turn", [[s.Text("x"), s.Wait()], [s.Text("x"), s.Hang()]])
def test_sigterm_ends_it_with_143_and_no_result(play, turn):
    client = play(Scenario(turns=[turn]))
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGTERM)
    assert client.wait() == 143
    assert client.rest() == []
    assert client.simulator.record().signals == ("SIGTERM",)


def test_sighup_ends_it_with_129(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGHUP)
    assert client.wait() == 129


def test_sigint_aborts_the_turn_and_exits_with_0(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGINT)
    assert client.expect(Result).is_error
    client.rest()
    assert client.wait() == 0


def test_sigterm_can_be_ignored(play):
    client = play(Scenario(on_sigterm="ignore"))
    client.prompt()
    client.expect(Result)
    client.process.send_signal(signal.SIGTERM)
    client.prompt()
    client.expect(Result)
    client.process.kill()
    assert client.wait() == -signal.SIGKILL


def test_sigterm_can_play_steps(play):
    client = play(Scenario(on_sigterm=[s.Text("wait"), s.Exit(9)]))
    client.prompt()
    client.expect(Result)
    client.process.send_signal(signal.SIGTERM)
    client.expect(Assistant)
    assert client.wait() == 9


def test_it_never_outlives_its_lifetime(play):
    client = play(Scenario(on_eof="ignore", on_sigterm="ignore", lifetime_seconds=0.3))
    assert client.wait() == -signal.SIGALRM
