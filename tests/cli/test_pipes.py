"""Readers that go away, disks that are full, streams that are closed."""

import subprocess
import sys

from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Repeat

CHATTY = Scenario(turns=[[Repeat(500, [Deltas(["a line\n"], 0.002)])]])


def _shell(line, simulator, environment, tmp_path, scenario=CHATTY):
    """Run a shell line in which ``ask`` is the command; return what it did."""
    ask = f'"{sys.executable}" -m greenroom ask --executable "{simulator(scenario).path}" hello'
    return subprocess.run(
        ["/bin/bash", "-c", line.replace("ask", ask)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )


def test_a_reader_that_goes_away_ends_it_quietly(simulator, environment, tmp_path):
    done = _shell("ask | head -1; exit ${PIPESTATUS[0]}", simulator, environment, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (141, "a line\n", "")


def test_a_full_disk_is_said(simulator, environment, tmp_path):
    done = _shell("ask > /dev/full", simulator, environment, tmp_path)
    assert (done.returncode, done.stderr) == (1, "error: No space left on device\n")


def test_a_stderr_nobody_reads_changes_nothing(simulator, environment, tmp_path):
    done = _shell("ask -v 2>&-", simulator, environment, tmp_path, Scenario())
    assert (done.returncode, done.stdout) == (0, "You said: hello\n")
