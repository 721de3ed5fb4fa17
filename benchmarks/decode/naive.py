"""What one writes in an afternoon: cut at newlines, `json.loads` each, untyped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.decode.timing import time_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

measure = time_kinds(lambda _kind: _reader())


def _reader() -> Callable[[bytes], int]:
    pieces: list[bytes] = []

    def read(chunk: bytes) -> int:
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        if not others:
            return 0
        lines = [b"".join(pieces), *others]
        pieces[:] = [lines.pop()]
        return len([json.loads(line) for line in lines])

    return read
