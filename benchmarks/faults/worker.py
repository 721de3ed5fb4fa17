"""Runs one scenario on one side, in this fresh process: `python -m benchmarks.faults.worker`.

It reads the job as a line of JSON, writes the answer as another and lives on until it is told to
end, as a service would: what is left behind then is left behind for good.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.faults.answer import Answer


def _then(answer: Answer) -> None:
    answer.texts = [text[:80] for text in answer.texts]
    print(json.dumps(answer.dump()), flush=True)
    sys.stdin.readline()


def _busy() -> None:
    print(json.dumps("busy"), flush=True)
    if sys.stdin.readline():
        os._exit(1)


def _run(job: dict[str, Any]) -> None:
    if job["descriptors"]:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (job["descriptors"], hard))
    side = importlib.import_module(f"benchmarks.faults.sides.{job['side']}")
    drive = getattr(side, job["drive"])
    drive(job["cli"], job["env"], _busy if job["drive"] == "stay_busy" else _then, **job["given"])


if __name__ == "__main__":
    _run(json.loads(sys.stdin.readline()))
