"""A plain pykka actor, and a handler that keeps its thread."""

from __future__ import annotations

import threading

import pykka


class Plain(pykka.ThreadingActor):
    """A stranger's actor. Does what it is told to, on its thread."""

    use_daemon_thread = True

    def __init__(self, ended=None):
        super().__init__()
        self.ended = ended

    def on_receive(self, message):
        return message() if callable(message) else message

    def on_stop(self):
        self.ended.put(threading.current_thread())


class Busy:
    """A handler that comes back when the test lets it."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self):
        self.thread = threading.current_thread()
        self.begun.set()
        self.go_on.wait(30)
        return "at last"
