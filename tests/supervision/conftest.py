"""Dispatchers of both kinds, a nursery, and an actor that remembers how others ended."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from greenroom.runtime import Actor, LoopDispatcher, ManualDispatcher, Terminated, handles
from tests.supervision.nursery import Nursery


class Witness(Actor):
    """Remembers why those ended that it watches."""

    def __init__(self):
        super().__init__()
        self.reasons = []

    @handles(Terminated)
    def on_end(self, news):
        self.reasons.append(news.reason)


@pytest.fixture
def manual():
    """A dispatcher that the test steps."""
    with ManualDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture
def loop():
    """A dispatcher with a thread of its own."""
    with LoopDispatcher() as dispatcher:
        yield dispatcher


@pytest.fixture
def nursery(manual):
    """Supervisors on a manual dispatcher, and their children."""
    return Nursery(manual)


@pytest.fixture
def logs():
    """The records of the log."""
    with capture_logs() as records:
        yield records


@pytest.fixture
def reasons_of(manual):
    """Return why an actor ended, as a list that fills: ``reasons_of(ref)``."""

    def watch(ref):
        witness = Witness.start(dispatcher=manual)
        ref.monitor(witness)
        return witness._actor_weakref().reasons

    return watch
