"""Starts through a warden: from many threads, of any size, inside of another one."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from greenroom.runtime.process import SpawnSpec
from tests.process.proc import running


def test_starts_from_many_threads_share_one_warden(warden, shell):
    leaders, barrier = [], threading.Barrier(8)

    def launch():
        barrier.wait()
        leaders.append(warden.launch(shell("read line")))

    threads = [threading.Thread(target=launch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({leader.pid for leader in leaders}) == 8
    assert {Path(f"/proc/{leader.pid}/stat").read_text().split()[3] for leader in leaders} == {
        str(warden.warden_pid)
    }
    for leader in leaders:
        leader.destroy()
    warden.close()


def test_a_command_of_a_megabyte_arrives_whole(start, python):
    script = "import os, sys; print(len(sys.argv), sum(map(len, sys.argv)), len(os.environ['BIG']))"
    arguments = ["x" * 100_000] * 10
    owner = start(python(script, *arguments, env={"BIG": "\udcff" * 50_000})).wait_for("closed")
    assert owner.stdout == b"11 1000002 50000\n"


def test_a_host_that_changed_its_user_is_refused(run_host):
    if os.geteuid() != 0:
        pytest.skip("only root can change its user")
    code = (
        "import os\n"
        "from greenroom.runtime.process import SpawnError, SpawnSpec\n"
        "from greenroom.runtime.process.warden_launcher import WardenLauncher\n"
        "launcher, spec = WardenLauncher(), SpawnSpec(('/bin/true',), {}, '/')\n"
        "launcher.launch(spec).destroy()\n"
        "os.seteuid(65534)\n"
        "try: launcher.launch(spec)\n"
        "except SpawnError as error: print(error)\n"
        "os.seteuid(0)\n"
        "launcher.close()\n"
    )
    assert "changed its user" in run_host(code)


def test_a_warden_inside_an_agent_of_another_one_works(start, python, token, eventually):
    inner = (
        "import sys; from greenroom.runtime.process import SpawnSpec\n"
        "from greenroom.runtime.process.warden_launcher import WardenLauncher\n"
        "launcher = WardenLauncher(groups=False)\n"
        f"script = 'setsid sleep 600.{token} & (setsid sleep 600.{token} &); read x'\n"
        "spec = SpawnSpec(('/bin/sh', '-c', script), {'PATH': '/bin:/usr/bin'}, '/')\n"
        "leader = launcher.launch(spec)\n"
        "print('up', flush=True); sys.stdin.readline()\n"
        "leader.destroy(); launcher.close(); print('down', flush=True); sys.stdin.readline()\n"
    )
    spec = python(inner)
    spec = SpawnSpec((spec.argv[0], "-c", inner), dict(os.environ), "/")
    owner = start(spec).wait_for_stdout(b"up")
    eventually(lambda: len(running(f"sleep\x00600.{token}")) == 2)
    owner.do("write", b"\n")
    owner.wait_for_stdout(b"down")
    assert not running(token) or running(token) == [owner.child.pid]
    owner.do("close_stdin")
    owner.wait_for("closed")
