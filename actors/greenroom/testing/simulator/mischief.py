"""Steps that wait and steps that misbehave."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any

from greenroom.testing import scenario as steps
from greenroom.testing.simulator import waiting
from greenroom.testing.simulator.garbage import garbage, oversize
from greenroom.testing.simulator.grandchild import start_grandchild
from greenroom.testing.simulator.lines import encode_line
from greenroom.testing.simulator.placeholders import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.testing.simulator.queue import PromptQueue
    from greenroom.testing.simulator.speech import Speech
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["Mischief"]

_CHUNK = 1 << 16
_ALLOCATION_SECONDS = 0.02


class Mischief:
    """Plays waits and faults."""

    def __init__(self, stage: Stage, speech: Speech, queue: PromptQueue) -> None:
        self._stage = stage
        self._speech = speech
        self._queue = queue
        self._hoard: list[bytes] = []

    def table(self) -> dict[type, Callable[[Any, TurnRun], Play | None]]:
        """The step each method plays."""
        return {
            steps.Frame: self._frame,
            steps.Wait: self._wait,
            steps.WaitForInterrupt: self._wait_for_interrupt,
            steps.WaitForPrompt: self._wait_for_prompt,
            steps.Gate: self._gate,
            steps.Hang: self._hang,
            steps.Raw: self._raw,
            steps.Half: self._half,
            steps.Garbage: self._garbage,
            steps.Oversize: self._oversize,
            steps.Stderr: self._stderr,
            steps.StderrFlood: self._stderr_flood,
            steps.Allocate: self._allocate,
            steps.Exit: self._exit,
            steps.Kill: self._kill,
            steps.CloseStdout: self._close_stdout,
            steps.CloseStdin: self._close_stdin,
            steps.Grandchild: self._grandchild,
        }

    def _frame(self, step: steps.Frame, run: TurnRun) -> Play:
        line = encode_line(fill(step.frame, self._speech.values(run)))
        return self._write_often(line, step.times)

    def _raw(self, step: steps.Raw, _run: TurnRun) -> Play:
        return self._write_often(step.text.encode() + step.data, step.times)

    def _write_often(self, data: bytes, times: int) -> Play:
        at_once = max(1, _CHUNK // max(1, len(data)))
        for done in range(0, times, at_once):
            self._stage.out.write(data * min(at_once, times - done))
            yield self._stage.out.has_room

    def _wait(self, step: steps.Wait, _run: TurnRun) -> Play:
        if step.seconds is None:
            yield from waiting.for_ever()
        else:
            yield step.seconds

    def _wait_for_interrupt(self, _step: steps.WaitForInterrupt, run: TurnRun) -> Play:
        run.catches_interrupt = True
        yield lambda: run.interrupted

    def _wait_for_prompt(self, step: steps.WaitForPrompt, _run: TurnRun) -> Play:
        yield lambda: len(self._queue) >= step.count

    def _gate(self, step: steps.Gate, _run: TurnRun) -> Play:
        self._stage.recorder.note("gate", name=step.name)
        yield from waiting.gate(f"{self._stage.gates}/{step.name}")

    def _hang(self, _step: steps.Hang, _run: TurnRun) -> Play:
        yield self._stage.out.is_flushed
        while True:
            signal.pause()

    def _half(self, step: steps.Half, run: TurnRun) -> None:
        if step.frame is None:
            line = self._speech.results.half(run)
        else:
            line = encode_line(fill(step.frame, self._speech.values(run)))
        self._stage.out.write(line[: int(len(line) * step.keep)].rstrip(b"\n"))

    def _garbage(self, step: steps.Garbage, _run: TurnRun) -> None:
        self._stage.out.write(garbage(step.kind, self._stage.conversation.session_id))

    def _oversize(self, step: steps.Oversize, _run: TurnRun) -> Play:
        pieces = oversize(step.size, self._stage.conversation.session_id)
        for piece in pieces:
            self._stage.out.write(piece)
            yield self._stage.out.has_room
        if step.newline:
            self._stage.out.write(b"\n")

    def _stderr(self, step: steps.Stderr, _run: TurnRun) -> None:
        _write_stderr(step.text.encode("utf-8", "surrogateescape"))

    def _stderr_flood(self, step: steps.StderrFlood, _run: TurnRun) -> None:
        filling = b"\xff\x00\x9b" if step.binary else b"noise "
        line = (filling * (step.line or _CHUNK))[: step.line - 1] if step.line else filling
        unit = line + b"\n" if step.line else line
        chunk = unit * max(1, _CHUNK // len(unit))
        left = step.size
        while left > 0:
            _write_stderr(chunk[:left])
            left -= len(chunk)

    def _allocate(self, step: steps.Allocate, _run: TurnRun) -> Play:
        rate = step.per_second
        piece = step.size if rate is None else max(1, int(rate * _ALLOCATION_SECONDS))
        for at in range(0, step.size, max(1, piece)):
            self._hoard.append(b"x" * min(piece, step.size - at))  # written to, so that it counts
            yield _ALLOCATION_SECONDS

    def _exit(self, step: steps.Exit, _run: TurnRun) -> Play:
        self._stage.leave(step.code)
        yield from waiting.for_ever()

    def _kill(self, step: steps.Kill, _run: TurnRun) -> Play:
        yield self._stage.out.is_flushed
        os.kill(os.getpid(), signal.Signals[step.signal])

    def _close_stdout(self, _step: steps.CloseStdout, _run: TurnRun) -> Play:
        yield self._stage.out.is_flushed
        self._stage.out.close()

    def _close_stdin(self, _step: steps.CloseStdin, _run: TurnRun) -> None:
        self._stage.reading = False
        with contextlib.suppress(OSError):
            os.close(0)

    def _grandchild(self, step: steps.Grandchild, _run: TurnRun) -> Play:
        yield self._stage.out.is_flushed
        self._stage.recorder.note("grandchild", pid=start_grandchild(step))


def _write_stderr(data: bytes) -> None:
    view = memoryview(data)
    with contextlib.suppress(OSError):
        while view:
            view = view[os.write(2, view) :]
