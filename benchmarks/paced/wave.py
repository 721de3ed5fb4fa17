"""What the paced benchmark streams, and who says it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.captures import lines_by_kind
from benchmarks.executable import install_cli
from benchmarks.paced import child
from benchmarks.paced.plan import MOMENT_DIGITS, MOMENTS, READY, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FRAMES_PER_SECOND", "Wave", "feeding"]

FRAMES_PER_SECOND = 200
"""What one session gets: a fast model's pace."""

_NANOSECONDS = 1_000_000_000
_ROOT = Path(__file__).parent.parent.parent


class Wave(NamedTuple):
    """Many CLIs that stream at once, and what a host must have seen in the end.

    Attributes:
        cli: the executable.
        sessions: how many there are to be.
        frames: how many partial frames they write, all together.
        characters: how many characters of text these carry.
        size: how many bytes one of them has.
    """

    cli: str
    sessions: int
    frames: int
    characters: int
    size: int


@contextmanager
def feeding(directory: Path, *, sessions: int, seconds: float) -> Iterator[Wave]:
    """Make the executable, and run the feeder as long as it may be needed."""
    (directory / child.HEAD).write_bytes(_line("system/init", ends=False))
    (directory / child.TAIL).write_bytes(_line("result", ends=True))
    delta = _delta()
    plan = Plan(
        directory=str(directory),
        sessions=sessions,
        frames=round(seconds * FRAMES_PER_SECOND),
        period=_NANOSECONDS // FRAMES_PER_SECOND,
        delta=delta,
    )
    frames, characters = sessions * plan.frames, 2 * MOMENT_DIGITS
    command = (sys.executable, "-m", "benchmarks.paced.feeder", json.dumps(plan._asdict()))
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as feeder:
        try:
            assert feeder.stdout is not None
            assert feeder.stdout.readline().strip() == READY
            yield Wave(
                cli=install_cli(directory, child),
                sessions=sessions,
                frames=frames,
                characters=frames * characters,
                size=len(delta.encode()) + characters - len(MOMENTS),
            )
        finally:
            feeder.kill()


def _delta() -> str:
    delta = json.loads(lines_by_kind()["stream_event/text_delta"][0])
    delta["event"]["delta"]["text"] = MOMENTS
    return json.dumps(delta, separators=(",", ":"), ensure_ascii=False) + "\n"


def _line(kind: str, *, ends: bool) -> bytes:
    frame = json.loads(lines_by_kind()[kind][0])
    frame["user_message_uuids"] = [child.PROMPT_ID.decode()]
    if ends:
        frame |= {"is_error": False, "subtype": "success", "result": "", "api_error_status": None}
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
