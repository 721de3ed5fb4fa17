"""Servers that do what a test tells them, in real time and in virtual time."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from greenroom.mcp import StdioServer
from greenroom.mcp.connecting import connect
from greenroom.runtime import LoopDispatcher, ManualDispatcher
from greenroom.runtime.process import LocalSpawner, StopLadder
from tests.patience import PATIENCE_SECONDS

SCRIPT = str(Path(__file__).with_name("scripted_server.py"))
LADDER = StopLadder(eof_grace=5.0, term_grace=2.0, kill_grace=2.0, drain=0.5)


def scripted(*settings, **config):
    """The configuration of a scripted server; settings are ``name=value``."""
    return StdioServer(command=sys.executable, args=["-S", "-u", SCRIPT, *settings], **config)


@pytest.fixture(name="server")
def _server():
    return scripted


@pytest.fixture(name="joined")
def _joined():
    """A function that connects in real time; what it connected is stopped at the end."""
    dispatcher = LoopDispatcher(name="test")
    spawner = LocalSpawner(dispatcher)
    connections = []

    def join(config, *, ladder=LADDER, **more):
        connection = connect(dispatcher, spawner, ladder, "files", config, **more)
        connections.append(connection)
        return connection

    yield join
    for connection in connections:
        connection.stop(PATIENCE_SECONDS)
    spawner.close()
    dispatcher.close()


class Stage:
    """A connection whose dispatcher the test turns by hand, on virtual time."""

    def __init__(self):
        self.dispatcher = ManualDispatcher()
        self.spawner = LocalSpawner(self.dispatcher)
        self.connection = None

    def connect(self, config, **more):
        self.connection = connect(self.dispatcher, self.spawner, LADDER, "files", config, **more)
        return self.connection

    def until(self, condition):
        """Run, without a second passing, until it holds."""
        self.dispatcher.run_until(condition, PATIENCE_SECONDS)

    def status(self, status):
        self.until(lambda: self.connection.info.status == status)

    def answer(self, call):
        """What a call brings; raises what it raises."""
        self.until(lambda: call.done)
        return call.get()

    def pass_time(self, seconds):
        self.dispatcher.advance(seconds)

    def close(self):
        if self.connection is not None:
            ended = self.connection.actor_ref.stop(block=False)
            while not ended.done:  # a process that does not end by itself takes virtual time
                with suppress(TimeoutError):
                    self.dispatcher.run_until(lambda: ended.done, 0.5)
                self.pass_time(1)
        self.spawner.close()
        self.dispatcher.close()


@pytest.fixture(name="stage")
def _stage():
    stage = Stage()
    yield stage
    stage.close()
