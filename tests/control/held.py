"""A callback that a test holds back."""

from __future__ import annotations

import threading

from greenroom.permissions import Allow
from tests.patience import PATIENCE_SECONDS


class Held:
    """A callback that waits until it is let go, or is not waited for any more."""

    def __init__(self, answer=None):
        self.answer = Allow() if answer is None else answer
        self.calls = []
        self.begun, self.free, self.over = (threading.Event() for _ in range(3))

    def __call__(self, _asked, call):
        self.calls.append(call)
        call.signal.on_cancel(self.free.set)
        self.begun.set()
        assert self.free.wait(PATIENCE_SECONDS)
        self.over.set()
        return self.answer

    def await_begin(self):
        assert self.begun.wait(PATIENCE_SECONDS)
        return self.calls[0]
