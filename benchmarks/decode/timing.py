"""Times a reader over the samples of all kinds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["time_kinds"]

Reader = Callable[[bytes], int]
"""Takes the next chunk of bytes and returns how many messages it completed."""

_CHUNK_BYTES = 64 * 1024
"""What one read of an ordinary pipe returns, and all the SDK's transport ever asks for."""

_MIN_PASSES = 3


def time_kinds(reader_of: Callable[[str], Reader]) -> Callable[..., dict[str, Any]]:
    """Return a `measure` that times a fresh reader for each kind of frame."""

    def measure(*, samples: dict[str, str], seconds: float) -> dict[str, Any]:
        return {
            kind: _time(reader_of(kind), Path(path).read_bytes(), seconds)
            for kind, path in samples.items()
        }

    return measure


def _time(read: Reader, sample: bytes, seconds: float) -> dict[str, float]:
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
