"""One run of one scenario on one side, as seen from outside."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.faults.answer import Answer
from benchmarks.marked import Marked

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator

    from benchmarks.faults.scenarios import Scenario

__all__ = ["Observation", "observe"]

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 8.0
"""For the worker to import its side, beyond the bound of the scenario."""


@dataclass
class Observation:
    """What happened.

    Attributes:
        answer: what the caller got, or None when it got nothing within the bound.
        bound: seconds after which an answer was no longer waited for.
        gone_seconds: from the answer, or from the end of the host, until no process of the agent
            was left; None when some were still there at the end of the scenario's patience.
        left: how many were.
    """

    answer: Answer | None
    bound: float
    gone_seconds: float | None
    left: int

    def dump(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def observe(scenario: Scenario, side: str, cli: str) -> Observation:
    """Run it, with a hard bound in time, and leave nothing running."""
    marked = Marked(uuid.uuid4().hex)
    job = {
        "side": side,
        "drive": scenario.drive,
        "cli": cli,
        "env": marked.environment,
        "given": scenario.given,
        "descriptors": scenario.descriptors,
    }
    with _worker(job) as worker:
        try:
            return _follow(scenario, worker, marked)
        finally:
            worker.kill()
            worker.wait()
            marked.kill()


@contextmanager
def _worker(job: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the worker; what it complains about is shown only if it fails."""
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.worker"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        ) as worker,
    ):
        _tell(worker, json.dumps(job))
        try:
            yield worker
        except EOFError:
            log.seek(0)
            raise RuntimeError(log.read().decode(errors="replace")) from None


def _tell(worker: subprocess.Popen[bytes], line: str) -> None:
    assert worker.stdin is not None
    with suppress(BrokenPipeError):
        worker.stdin.write(line.encode() + b"\n")
        worker.stdin.flush()


def _follow(scenario: Scenario, worker: subprocess.Popen[bytes], marked: Marked) -> Observation:
    said = _line(worker, scenario.bound + _START_SECONDS)
    answer = Answer(**said) if isinstance(said, dict) else None
    if said == "busy":
        _end(worker, scenario.ending)
    gone, left = marked.wait_until_gone(scenario.patience if said is not None else 0.0)
    return Observation(answer, scenario.bound, gone, left)


def _line(worker: subprocess.Popen[bytes], seconds: float) -> Any:
    """Return what the worker says within some seconds, or None.

    Raises:
        EOFError: it ended without a word.
    """
    assert worker.stdout is not None
    ready, _, _ = select.select([worker.stdout], [], [], seconds)
    if not ready:
        return None
    line = worker.stdout.readline()
    if not line:
        raise EOFError
    try:
        return json.loads(line)
    except ValueError:
        raise RuntimeError(repr(line)) from None


def _end(worker: subprocess.Popen[bytes], ending: signal.Signals | None) -> None:
    """End the host with a signal, or have it leave with `os._exit`."""
    if ending is not None:
        worker.send_signal(ending)
    else:
        _tell(worker, "exit")
    worker.wait(timeout=_START_SECONDS)
