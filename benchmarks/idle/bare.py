"""The bare limit: children with pipes, whose handshake was answered."""

from __future__ import annotations

import os
import subprocess
import time
from typing import Any

from benchmarks.idle.tally import Tally
from benchmarks.wire import open_lines

__all__ = ["measure"]


def measure(*, cli: str, count: int, seconds: float, environment: dict[str, str]) -> dict[str, Any]:
    """Open them, let them rest, close them."""
    tally = Tally()
    children = [_open(cli, os.environ | environment) for _ in range(count)]
    tally.enter(frozenset(child.pid for child in children))
    with tally:
        time.sleep(seconds)
    for child in children:
        child.communicate()
    return tally.reading()


def _open(cli: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    child = subprocess.Popen([cli], env=environment, bufsize=0, stdin=pipe, stdout=pipe)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(open_lines())
    child.stdout.readline()
    return child
