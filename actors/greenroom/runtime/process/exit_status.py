"""How a process ended."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

__all__ = ["ExitStatus"]


class ExitStatus(NamedTuple):
    """How a process ended: by itself with a code, or by a signal.

    Both are None when nobody can know: the host ignores SIGCHLD, or a handler of the host reaped
    our child. An unknown status is never `clean`.

    Attributes:
        code: what it exited with, 0 to 255.
        signal: number of the signal that ended it.
    """

    code: int | None = None
    signal: int | None = None

    @property
    def clean(self) -> bool:
        """Whether it ended by itself with code 0."""
        return self.code == 0

    @classmethod
    def from_wait_status(cls, status: int) -> ExitStatus:
        """Return what `os.waitpid` says in its status word."""
        code = os.waitstatus_to_exitcode(status)
        return cls(code=code) if code >= 0 else cls(signal=-code)

    @classmethod
    def from_siginfo(cls, info: os.waitid_result) -> ExitStatus:
        """Return what `os.waitid` says."""
        if info.si_code == os.CLD_EXITED:
            return cls(code=info.si_status)
        return cls(signal=info.si_status)

    def __str__(self) -> str:
        if self.code is not None:
            return f"exit code {self.code}"
        if self.signal is not None:
            return f"signal {self.signal} ({_signal_name(self.signal)})"
        return "unknown exit status (the host process ignores or reaps its children)"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # real-time signals between the named ones
        return "unnamed"
