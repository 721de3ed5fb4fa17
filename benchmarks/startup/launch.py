"""Starts a measured program and reads what it says of itself."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["launch"]

_PROGRAMS = Path(__file__).parent / "programs"


def launch(command: Sequence[str], home: Path) -> dict[str, Any]:
    """Run `command` among the programs, in an environment of its own.

    Returns:
        What it says it has cost, `wall_seconds` from before its start to its first line, and that
        line as `said`.

    Raises:
        AssertionError: it failed.
    """
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=_PROGRAMS, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        wall = time.perf_counter() - start
        lines = [first, *process.stdout]
    assert process.returncode == 0, f"{command} failed"
    cost: dict[str, Any] = json.loads(lines[-1])
    return cost | {"wall_seconds": wall, "said": first.decode().strip()}
