"""Dispatchers of both kinds, and actors to send to, link, name and kill."""

from __future__ import annotations

import queue

import pytest

from greenroom.runtime import Actor, LoopDispatcher, ManualDispatcher, Registry, watch
from tests.runtime.clerks import Clerk
from tests.runtime.peers import Peer
from tests.runtime.strangers import Busy, Plain


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


@pytest.fixture
def peers(manual):
    """Start a peer of a class, with what it has seen and what its watcher learns."""

    def start(actor_class=Peer):
        seen, news = [], []
        ref = actor_class.start(seen, dispatcher=manual)
        watch(ref, Peer.start(news, dispatcher=manual))
        return ref, seen, news

    return start


@pytest.fixture
def names():
    """A registry."""
    return Registry()


@pytest.fixture
def clerk(manual):
    """Start an actor that a registry can name."""
    return Clerk.start(dispatcher=manual)


@pytest.fixture
def busy():
    """Start a plain actor that is busy till the end of the test: `ref, handler = busy()`."""
    started = []

    def start():
        handler = Busy()
        started.append(handler)
        ref = Plain.start(queue.SimpleQueue())
        handler.answer = ref.ask(handler, block=False)
        assert handler.begun.wait(5)
        return ref, handler

    yield start
    for handler in started:
        handler.go_on.set()
    for handler in started:
        handler.thread.join(5)
