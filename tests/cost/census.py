"""Counts what threads call: the same work gives the same counts, on any machine, busy or not."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from contextlib import contextmanager

SYSTEM = {"posix", "select", "_socket", "_io"}
"""The modules whose functions are calls of the operating system."""


class Calls:
    """What one thread called.

    Attributes:
        python: functions written in Python, by file and name; a generator's every step is a call.
        c: functions written in C, by module and name.
    """

    def __init__(self):
        self.python = Counter()
        self.c = Counter()

    @property
    def system(self):
        """Those of `c` that call the operating system."""
        return Counter({name: n for name, n in self.c.items() if name.partition(".")[0] in SYSTEM})


class Census:
    """Counts while it is open: in the thread that made it, and in those started since.

    Attributes:
        here: the calls of the thread that made it.
        elsewhere: those of all others.
    """

    def __init__(self):
        self._open = False
        self._ident = threading.get_ident()
        self.here = self.elsewhere = Calls()

    def install(self):
        threading.setprofile(self._see)
        sys.setprofile(self._see)

    def remove(self):
        threading.setprofile(None)
        sys.setprofile(None)

    @contextmanager
    def counting(self):
        """Count what is called within, from nothing."""
        self.here, self.elsewhere = Calls(), Calls()
        self._open = True
        try:
            yield
        finally:
            self._open = False

    def _see(self, frame, event, argument):
        if not self._open:
            return
        calls = self.here if threading.get_ident() == self._ident else self.elsewhere
        if event == "call":
            code = frame.f_code
            calls.python[f"{code.co_filename.rpartition('/')[2]}:{code.co_qualname}"] += 1
        elif event == "c_call":
            owner = getattr(argument, "__self__", None)
            module = argument.__module__ or type(owner).__module__
            calls.c[f"{module}.{argument.__qualname__}"] += 1


def at_most(bound, calls, what):
    """Insist that there were no more calls than `bound`; else show what they were."""
    total = sum(calls.values())
    shown = "\n".join(f"{count:6} {name}" for name, count in calls.most_common())
    assert total <= bound, f"{what}: {total} calls, at most {bound} were expected\n{shown}"
