"""What a simulated CLI does when it gets a signal."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from greenroom.testing.simulator.stage import Stage

__all__ = ["Signals"]

_TERMINATED = 143
_HUNG_UP = 129


class Signals:
    """Handlers that either end the process at once or leave a note for the loop.

    Attributes:
        wake_fd: readable as soon as a signal was caught.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._caught: list[int] = []
        self.wake_fd, write = os.pipe()
        os.set_blocking(self.wake_fd, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write)
        signal.signal(signal.SIGINT, self._catch)
        signal.signal(signal.SIGHUP, self._exit_now)
        reaction = stage.scenario.on_sigterm
        if reaction == "ignore":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        else:
            signal.signal(signal.SIGTERM, self._exit_now if reaction == "exit" else self._catch)
        signal.setitimer(signal.ITIMER_REAL, stage.scenario.lifetime_seconds)

    def caught(self) -> list[int]:
        """The signals since the last call that the loop has to act on."""
        try:
            while os.read(self.wake_fd, 4096):
                pass
        except BlockingIOError:
            pass
        caught, self._caught = self._caught, []
        return caught

    def _catch(self, number: int, _frame: FrameType | None) -> None:
        self._stage.recorder.note("signal", signal=signal.Signals(number).name)
        self._caught.append(number)

    def _exit_now(self, number: int, _frame: FrameType | None) -> None:
        code = _TERMINATED if number == signal.SIGTERM else _HUNG_UP
        self._stage.recorder.note("signal", signal=signal.Signals(number).name)
        self._stage.recorder.note("exit", code=code)
        os._exit(code)
