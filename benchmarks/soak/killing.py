"""Starts a host with busy agents, ends it the hard way, and sees what is left of them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import proc
from greenroom.testing import ledger_processes as processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.marked import Marked

__all__ = ["ENDINGS", "Killed", "kill_a_host"]

ENDINGS = {
    "SIGKILL": signal.SIGKILL,
    "SIGTERM": signal.SIGTERM,
    "SIGABRT": signal.SIGABRT,
    "os._exit": None,
}
"""How a host ends that cannot clean up."""

_ROOT = Path(__file__).parents[2]
_BUSY_SECONDS = 240.0
_WATCHED_SECONDS = 10.0
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True)
class Killed:
    """What became of the agents of one host.

    Attributes:
        processes: how many there were below the host when it ended.
        seconds: until none was left; None when some outlived the time that was watched.
        left: how many did; they were killed then.
        files: temporary files and directories that were left behind, and removed then.
    """

    processes: int
    seconds: float | None
    left: int
    files: int


def kill_a_host(
    job: dict[str, Any],
    ending: signal.Signals | None,
    *,
    marked: Marked,
    temporary: Path,
    is_busy: Callable[[], bool] = lambda: True,
) -> Killed:
    """Have a host start its agents, end it when they are at work, and watch.

    Raises:
        RuntimeError: the agents did not come to work.
    """
    environment = os.environ | marked.environment | {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak.host"],
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as host:
        try:
            _tell(host, json.dumps(job))
            _wait_until_busy(host, is_busy)
            family = _living(processes.descendants(host.pid) | marked.pids())
            start = time.monotonic()
            _end(host, ending)
            return _watch(start, family, marked, temporary)
        finally:
            host.kill()
            marked.kill()


def _wait_until_busy(host: subprocess.Popen[bytes], is_busy: Callable[[], bool]) -> None:
    assert host.stdout is not None
    deadline = time.monotonic() + _BUSY_SECONDS
    select.select([host.stdout], [], [], _BUSY_SECONDS)
    if host.poll() is not None or host.stdout.readline() != b"busy\n":
        raise RuntimeError("the host did not get its agents to work; see above")
    while not is_busy():
        if time.monotonic() > deadline:
            raise RuntimeError("the agents did not start what they were to leave behind")
        time.sleep(_PAUSE_SECONDS)


def _end(host: subprocess.Popen[bytes], ending: signal.Signals | None) -> None:
    if ending is None:
        _tell(host, "exit")
    else:
        host.send_signal(ending)
    host.wait(timeout=30)


def _tell(host: subprocess.Popen[bytes], line: str) -> None:
    assert host.stdin is not None
    host.stdin.write(line.encode() + b"\n")
    host.stdin.flush()


def _watch(start: float, family: dict[int, str], marked: Marked, temporary: Path) -> Killed:
    while left := _left(family, marked):
        if time.monotonic() - start > _WATCHED_SECONDS:
            break
        time.sleep(_PAUSE_SECONDS)
    seconds = None if left else time.monotonic() - start
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return Killed(len(family), seconds, len(left), _clear(temporary))


def _living(pids: frozenset[int]) -> dict[int, str]:
    """Return when each was started, so that a reused process id deceives nobody."""
    return {pid: at for pid in pids if (at := proc.started_at(pid)) is not None}


def _left(family: dict[int, str], marked: Marked) -> frozenset[int]:
    known = {pid for pid, at in family.items() if proc.started_at(pid) == at}
    return frozenset(known) | marked.pids()


def _clear(directory: Path) -> int:
    entries = list(directory.iterdir())
    if entries:
        subprocess.run(["rm", "-rf", "--", *entries], check=True)  # noqa: S607 - of the system
    return len(entries)
