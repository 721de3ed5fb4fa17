"""What follows when the host ends, in whatever way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.process.proc import is_alive, running
from tests.process.warden.runaways import EVERY_WAY, sleepers

HOST = """
import os, sys, time
from greenroom.runtime.process import SpawnSpec
from greenroom.runtime.process.warden_launcher import WardenLauncher

launcher = WardenLauncher(groups=sys.argv[1] == "groups")
leaders = []
for _ in range(3):
    os.mkdir(scratch := f"{sys.argv[2]}/{len(leaders)}")
    leaders.append(launcher.launch(SpawnSpec(
        ("/bin/sh", "-c", sys.argv[3]), {"PATH": os.environ["PATH"]}, "/", scratch=scratch)))
print(launcher.warden_pid, flush=True)
"""

UNTIL_THEY_SPOKE = """
for leader in leaders:
    os.set_blocking(leader.pipes.stderr, True)
    os.read(leader.pipes.stderr, 1)
"""

ENDS = {
    "sigkill": "os.kill(os.getpid(), 9)",
    "sigterm": "os.kill(os.getpid(), 15)",
    "sigabrt": "os.abort()",
    "os_exit": "os._exit(0)",
    "exception": "raise SystemExit(3)",
    "exec": "os.execv('/bin/sleep', ['sleep', '0.01'])",
}


@pytest.mark.parametrize("groups", ["groups", "no_groups"])
@pytest.mark.parametrize("end", ENDS)
def test_nothing_outlives_the_host_by_more_than_three_seconds(
    end, groups, token, tmp_path, eventually
):
    script = EVERY_WAY.replace("{}", token) + "\nread line; sleep 600." + token
    host = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            f"{HOST}\nsys.stdin.read(1)\n{ENDS[end]}",
            groups,
            tmp_path,
            script,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with host:
        warden = int(host.stdout.readline())
        eventually(lambda: len(sleepers(token)) >= 3 * EVERY_WAY.count("sleep 600."))
        host.stdin.write(b"x")
        host.stdin.close()
        host.wait()
        since = time.monotonic()
        eventually(lambda: not running(token))
        eventually(lambda: not is_alive(warden))
        assert time.monotonic() - since < 3
        assert not [*tmp_path.iterdir()]


def test_agents_get_the_chance_to_end_by_themselves_when_the_host_is_gone(
    tmp_path, eventually, token
):
    note = tmp_path / "note"
    trap = f"trap '' PIPE; trap 'echo bye > {note}; exit' TERM"
    script = f"{trap}; : {token}; echo up >&2; while :; do sleep 0.01; done"
    code = f"{HOST}{UNTIL_THEY_SPOKE}os.kill(os.getpid(), 9)"
    host = [sys.executable, "-c", code, "no_groups", tmp_path, script]
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(host, stdout=subprocess.DEVNULL, check=True)
    eventually(lambda: not running(token))
    assert note.read_text() == "bye\n"


def test_a_fork_of_the_host_does_not_keep_the_agents_alive(tmp_path, eventually, token):
    script = f"sleep 600.{token}"
    copy = "\nif os.fork() == 0: time.sleep(30)\nos.kill(os.getpid(), 9)"
    host = [sys.executable, "-W", "ignore", "-c", HOST + copy, "no_groups", tmp_path, script]
    child = subprocess.Popen(host, stdout=subprocess.DEVNULL, start_new_session=True)
    child.wait()
    since = time.monotonic()
    eventually(lambda: not sleepers(token))
    assert time.monotonic() - since < 3
    os.killpg(child.pid, signal.SIGKILL)  # the copy
