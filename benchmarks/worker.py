"""Runs one side once, in this fresh process: `python -m benchmarks.worker JOB`.

A job is JSON, `{"benchmark": "stream", "side": "sdk", ...}`; what comes out is one line of JSON.
Run it by hand under a profiler to look into a side.
"""

from __future__ import annotations

import gc
import importlib
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK_BYTES = 64 * 1024
"""What one read of an ordinary pipe returns, and all the SDK's transport ever asks for."""

_MIN_PASSES = 3


def _stream(side: Any, *, cli: str) -> dict[str, Any]:
    tally = side.stream(cli)
    seen = {"frames": tally.frames, "characters": tally.characters}
    return seen | tally.meter.reading()


def _decode(side: Any, *, samples: dict[str, str], seconds: float) -> dict[str, Any]:
    return {
        kind: _time(side.reader(kind), Path(path).read_bytes(), seconds)
        for kind, path in samples.items()
    }


def _time(read: Callable[[bytes], int], sample: bytes, seconds: float) -> dict[str, float]:
    """Read the sample again and again for `seconds`; the first time does not count."""
    chunks = [sample[i : i + _CHUNK_BYTES] for i in range(0, len(sample), _CHUNK_BYTES)]
    messages = sum(map(read, chunks))
    passes: list[float] = []
    gc.collect()
    while len(passes) < _MIN_PASSES or sum(passes) < seconds:
        start = time.thread_time()
        for chunk in chunks:
            read(chunk)
        passes.append(time.thread_time() - start)
    return {"messages": messages, "cpu_seconds": statistics.median(passes) / messages}


_BENCHMARKS: dict[str, Callable[..., dict[str, Any]]] = {"decode": _decode, "stream": _stream}


def _run(job: dict[str, Any]) -> None:
    benchmark = _BENCHMARKS[job.pop("benchmark")]
    side = importlib.import_module(f"benchmarks.sides.{job.pop('side')}")
    print(json.dumps(benchmark(side, **job)))


if __name__ == "__main__":
    _run(json.loads(sys.argv[1]))
