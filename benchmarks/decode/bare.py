"""The bare limit: cut at the last newline and decode typed, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from benchmarks.barest import FRAME, decoding
from benchmarks.decode.timing import time_kinds
from greenroom_protocol.claude import SystemInit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["measure"]

_BY_KIND = {"system/init": msgspec.json.Decoder(SystemInit)}
"""Kinds that a decoder of their own reads, as the common one leaves them half-read."""


def _reader(kind: str) -> Callable[[bytes], int]:
    decode = decoding(_BY_KIND.get(kind, FRAME))
    return lambda chunk: len(decode(chunk))


measure = time_kinds(_reader)
