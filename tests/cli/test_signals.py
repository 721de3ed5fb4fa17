"""Ctrl-C once ends the turn and says so; twice, at once. Nothing is left in either case."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Text, Wait

DEAF = Scenario(
    turns=[[Text("begun"), Wait()]], on_interrupt="ignore", on_eof="ignore", on_sigterm="ignore"
)
BUSY = Scenario(turns=[[Deltas(["begun"]), Wait()]])


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_interrupts_the_turn_and_is_reported(start, simulator, number, code):
    running = start("ask", "--executable", simulator(BUSY).path, "hello")
    running.wait_for("begun")
    running.signal(number)
    ended, out, err = running.end()
    assert (ended, out) == (code, "begun\n")
    assert err == "interrupted: the CLI aborted the turn\n"


def test_a_second_signal_kills_a_cli_that_does_not_listen(start, simulator):
    deaf = simulator(DEAF)
    running = start("ask", "--executable", deaf.path, "hello")
    running.wait_for("begun")
    running.signal(signal.SIGINT)
    deaf.wait_for(_was_interrupted)
    for _ in range(3):  # more than two in a row are as good as two
        running.signal(signal.SIGINT)
    began = time.monotonic()
    code, _, err = running.end()
    assert (code, time.monotonic() - began < 5) == (130, True)
    assert "its process was killed" in err


def test_a_signal_after_the_answer_ends_a_cli_that_will_not_leave(start, simulator):
    stays = simulator(Scenario(on_eof="ignore", on_sigterm="ignore"))
    running = start("ask", "--executable", stays.path, "hello")
    running.wait_for("You said: hello\n")
    stays.wait_for(lambda record: record.saw_eof)
    began = time.monotonic()
    running.signal(signal.SIGINT)
    assert running.end() == (0, "You said: hello\n", "")
    assert time.monotonic() - began < 2


def test_signals_are_heard_while_nobody_reads_the_answer(start, simulator):
    begun = Text("x" * 500_000)
    deaf = simulator(Scenario(turns=[[begun, Wait()]], on_interrupt="ignore"))
    running = start("ask", "--executable", deaf.path, "hello")
    deaf.wait_for(lambda record: record.prompts)
    running.signal(signal.SIGINT)
    record = deaf.wait_for(_was_interrupted)
    running.signal(signal.SIGINT)
    deaf.wait_for(lambda _: not Path(f"/proc/{record.pid}/fd").exists())
    assert running.end()[0] == 130


def _was_interrupted(record):
    return [request for request in record.requests if request["subtype"] == "interrupt"]


def test_an_interrupted_json_answer_is_an_object_all_the_same(start, simulator):
    installed = simulator(BUSY)
    running = start("ask", "-o", "json", "--executable", installed.path, "hello")
    installed.wait_for(lambda record: record.prompts)
    running.signal(signal.SIGINT)
    code, out, _ = running.end()
    assert code == 130
    assert '"outcome":"cancelled"' in out


def test_the_terminal_tells_how_to_stop_at_once(on_terminal, simulator, left_on_screen):
    running = on_terminal("ask", "--executable", simulator(BUSY).path, "hello")
    running.wait_for("begun")
    running.signal(signal.SIGINT)
    code, said = running.end()
    assert code == 130
    lines = left_on_screen(said).splitlines()
    assert [line for line in lines if "once more to stop at once" in line]
    assert "the CLI aborted the turn" in lines[-1]


def test_a_signal_that_was_ignored_stays_ignored(environment, simulator, tmp_path):
    """As under ``nohup``; the shell that ignores it starts the command."""
    command = f"trap '' HUP; exec {sys.executable} -m greenroom ask --executable $0 hello"
    scenario = Scenario(turns=[[Deltas(["begun ", "ended"], 0.5)]])
    with subprocess.Popen(
        ["/bin/sh", "-c", command, simulator(scenario).path],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
    ) as process:
        assert os.read(process.stdout.fileno(), 6) == b"begun "
        process.send_signal(signal.SIGHUP)
        assert process.stdout.read() == b"ended\n"
    assert process.returncode == 0
