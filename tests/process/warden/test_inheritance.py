"""What an agent inherits from its host, and what the warden itself is like."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from greenroom.runtime.process import ExitStatus


def test_an_agent_inherits_no_descriptor_no_ignored_and_no_blocked_signal(start, shell):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1})
    try:
        script = "ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status"
        owner = start(shell(script)).wait_for("closed")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    descriptors, *signals = owner.stdout.decode().split("\n")
    assert int(descriptors) == 4  # the three streams, and the listing itself
    known = sum(1 << number - 1 for number in signal.valid_signals())
    assert [int(line.split()[1], 16) & known for line in signals if line] == [0, 0]


def test_an_agent_leads_a_session_of_its_own(start, shell):
    owner = start(shell("ps -o sid= -p $$; echo $$")).wait_for("closed")
    session, pid = owner.stdout.split()
    assert session == pid


def test_the_warden_is_given_no_environment_and_no_terminal(start, shell, warden, monkeypatch):
    monkeypatch.setenv("A_SECRET", "sk-ant-canary")
    start(shell("exit 0")).wait_for("closed")
    proc = Path(f"/proc/{warden.warden_pid}")
    assert b"canary" not in (proc / "environ").read_bytes()
    assert os.getsid(warden.warden_pid) == warden.warden_pid
    assert {str((proc / f"fd/{n}").readlink()) for n in range(3)} == {"/dev/null"}


def test_the_warden_is_small(start, shell, warden):
    start(shell("exit 0")).wait_for("closed")
    status = Path(f"/proc/{warden.warden_pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.split("\n") if "VmRSS" in line)
    assert resident < 16 * 1024  # KiB


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT])
def test_what_a_terminal_sends_does_not_end_the_warden(start, shell, warden, number):
    owner = start(shell("read line; exit 4"))
    os.kill(warden.warden_pid, number)
    owner.do("close_stdin")
    assert owner.wait_for("closed").status == ExitStatus(code=4)
    assert owner.child.fault is None
