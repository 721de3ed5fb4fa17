"""Runs one side of a benchmark once, in this fresh process: `python -m benchmarks.worker JOB`.

A job is JSON, `{"benchmark": "stream", "side": "sdk", ...}`; what comes out is one line of JSON:
what `measure` of that side returned for the rest of the job. Run it by hand under a profiler to
look into a side.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def _run(job: dict[str, Any]) -> None:
    benchmark, side = job.pop("benchmark"), job.pop("side")
    module = importlib.import_module(f"benchmarks.{benchmark}.{side}")
    print(json.dumps(module.measure(**job)))


if __name__ == "__main__":
    _run(json.loads(sys.argv[1]))
