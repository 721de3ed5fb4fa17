"""What the feeder is told, and what its frames say."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MOMENTS", "MOMENT_DIGITS", "READY", "Plan"]

MOMENTS = "@moments@"
"""Stands in a frame where two moments belong, nanoseconds of `time.monotonic_ns`."""

MOMENT_DIGITS = 20

READY = "ready"
"""The line that the feeder prints when it can be reached."""


class Plan(NamedTuple):
    """What to write, and how fast.

    Attributes:
        directory: where the parts of a turn are, and the socket is to be.
        sessions: how many stdouts make a wave.
        frames: how many frames each of them gets.
        period: nanoseconds between two frames of one.
        delta: a frame, with `MOMENTS` in it.
    """

    directory: str
    sessions: int
    frames: int
    period: int
    delta: str
