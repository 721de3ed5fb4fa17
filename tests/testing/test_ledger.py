"""The ledger finds what stays, waits for what goes, and says what it is."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pykka
import pytest

from greenroom.testing import Leak, LeakError, Ledger
from greenroom.testing.ledger import RUN_MARK

ORPHAN = """
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        os.close(1)
        __import__("time").sleep(60)
    os._exit(0)
os.wait()
"""


@pytest.fixture
def before():
    return Ledger.snapshot()


def kinds(before, timeout_seconds=0.0):
    return [leak.kind for leak in before.settle(timeout_seconds)]


def sleeper():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_nothing_left_behind_is_nothing_found(before):
    assert before.settle() == ()
    before.check()


def test_a_child_that_lives_is_found_and_described(before):
    child = sleeper()
    [leak] = before.settle(0)
    assert leak.kind == "process"
    assert f"process {child.pid} (" in leak.text
    assert "time.sleep(60)" in leak.text
    child.kill()
    child.wait()
    assert before.settle() == ()


def test_a_zombie_is_found(before, eventually):
    pid = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", ""])
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    [leak] = before.settle(0)
    assert f"process {pid} (Z)" in leak.text
    os.waitpid(pid, 0)
    assert before.settle() == ()


def test_a_grandchild_is_found(before, eventually):
    code = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', 'input()'])"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    eventually(lambda: kinds(before).count("process") == 2)
    child.communicate(b"\n")
    assert before.settle() == ()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of an orphan")
def test_an_orphan_is_found_by_the_mark_of_the_run(before, monkeypatch):
    assert before.marks[0].startswith(f"{RUN_MARK}=")
    done = subprocess.run([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, check=True)
    pid = int(done.stdout)
    assert kinds(before) == ["process"]
    os.kill(pid, signal.SIGKILL)
    assert before.settle() == ()


def test_an_orphan_of_another_run_is_none_of_ours(monkeypatch):
    before = Ledger.snapshot()
    monkeypatch.setenv(RUN_MARK, "another run")
    environment = {RUN_MARK: "another run"}
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, check=True, env=environment
    )
    assert before.settle(0) == ()
    os.kill(int(done.stdout), signal.SIGKILL)


def test_a_descriptor_is_found_with_what_it_leads_to(before, tmp_path):
    with (tmp_path / "open.txt").open("w") as file:
        [leak] = before.settle(0)
        assert leak == Leak("descriptor", f"{file.fileno()} -> {tmp_path}/open.txt")
    assert before.settle() == ()


def test_a_descriptor_that_was_replaced_is_found(tmp_path):
    with socket.socket() as one, socket.socket() as other:
        before = Ledger.snapshot()
        os.dup2(other.fileno(), one.fileno())
        assert kinds(before) == ["descriptor"]


def test_what_only_the_collector_can_close_is_collected(before, tmp_path):
    class Knot:
        pass

    knot = Knot()
    knot.self, knot.fd = knot, os.open(tmp_path, os.O_RDONLY)
    Knot.__del__ = lambda self: os.close(self.fd)
    del knot
    assert before.settle(0) == ()


def test_a_thread_is_found_by_name_and_waited_for(before):
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
    thread.start()
    assert before.settle(0) == (Leak("thread", "forgotten (daemon)"),)
    threading.Timer(0.02, stop.set).start()
    assert before.settle(5) == ()


def test_an_actor_is_found(before):
    ref = pykka.ThreadingActor.start()
    assert sorted(set(kinds(before))) == ["actor", "thread"]
    ref.stop()
    assert before.settle() == ()


class Residents:
    """A dispatcher, as far as the ledger needs one."""

    def __init__(self):
        self.actors = []

    def live_actors(self):
        return tuple(self.actors)


def test_an_actor_of_a_dispatcher_is_found():
    dispatcher = Residents()
    before = Ledger.snapshot(dispatchers=[dispatcher])
    dispatcher.actors.append("ref-1")
    assert before.settle(0) == (Leak("actor", "'ref-1'"),)
    dispatcher.actors.clear()
    assert before.settle() == ()


def test_temporary_files_of_ours_are_found_and_others_not(before):
    ours = tempfile.mkdtemp(prefix="greenroom-")
    others = tempfile.mkdtemp(prefix="pytest-")
    assert before.settle(0) == (Leak("file", ours),)
    Path(ours).rmdir()
    Path(others).rmdir()


def test_settling_ends_in_time_and_not_before_there_is_need(before):
    started = time.monotonic()
    assert before.settle(60) == ()
    child = sleeper()
    assert kinds(before, 0.05) == ["process"]
    assert time.monotonic() - started < 30
    child.kill()
    child.wait()


def test_the_error_lists_each_leak(before, tmp_path):
    child = sleeper()
    with (tmp_path / "x").open("w"), pytest.raises(LeakError) as caught:
        before.check(0)
    assert [leak.kind for leak in caught.value.leaks] == ["process", "descriptor"]
    text = str(caught.value)
    assert text.startswith("2 left behind:\n")
    assert str(child.pid) in text
    assert str(tmp_path / "x") in text
    child.kill()
    child.wait()


def test_looking_is_cheap(before):
    started = time.perf_counter()
    for _ in range(20):
        before.check()
    assert (time.perf_counter() - started) / 20 < 0.05  # 0.2 ms here
