"""Dispatchers of both kinds, and an actor that remembers what it was sent."""

from __future__ import annotations

import pytest

from greenroom.runtime import Actor, LoopDispatcher, ManualDispatcher


class Recorder(Actor):
    """Keeps every message; answers with how many it has."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_receive(self, message):
        self.seen.append(message)
        return len(self.seen)


@pytest.fixture
def loop():
    """A dispatcher with a thread of its own."""
    with LoopDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture
def manual():
    """A dispatcher that the test steps."""
    with ManualDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture
def record():
    """Start a recorder: `ref, seen = record(dispatcher)`."""

    def start(dispatcher):
        seen = []
        return Recorder.start(seen, dispatcher=dispatcher), seen

    return start
