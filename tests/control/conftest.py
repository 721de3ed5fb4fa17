"""A desk under virtual time, with real services and a real wire, and sessions that play."""

from __future__ import annotations

import json
from functools import partial

import pytest

from greenroom import System
from greenroom.backends.claude import ClaudeBackend
from greenroom.callbacks import Caller, Runner
from greenroom.hooks import HookSet
from greenroom.permissions import PermissionService
from greenroom.request import Meant, Noted
from greenroom.runtime import Actor, Future, ManualDispatcher, handles
from greenroom.runtime.crew import Crew
from greenroom.session.callbacks import Callbacks
from greenroom.session.desk import Desk
from greenroom.session.flight import Flight
from greenroom.session.messages import CallbackOverdue, CallbackReturned
from greenroom.session.origins import Origins
from greenroom.session.waiting import Waiting
from greenroom.testing import Scenario
from greenroom.tools import ToolServers
from greenroom.turn import Stream, Ticket
from greenroom.values.deadlines import DEFAULT_DEADLINES
from greenroom_protocol.claude import FrameDecoder
from tests.control.virtual import VirtualSession
from tests.patience import LADDER, QUICK


class Owner(Actor):
    """The session's part: it hands callbacks back to the desk."""

    @handles(CallbackReturned)
    def on_returned(self, message):
        message.entry.desk.returned(message)

    @handles(CallbackOverdue)
    def on_overdue(self, message):
        message.entry.desk.overdue(message)


class Asker(Actor):
    """The request of a turn: it keeps what it is let know."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    @handles(Meant, Noted)
    def hear(self, message):
        self.heard.append(message)


class Counter:
    """A desk, the CLI in front of it, and the time."""

    def __init__(self, crew):
        self.dispatcher = ManualDispatcher()
        self.crew = crew
        self.ref = Owner.start(dispatcher=self.dispatcher)
        self.lines = []
        self.heard = []
        self.desk = None

    def turn(self, turn_id="t-1"):
        """A turn in which the CLI may ask; `heard` is what it is let know."""
        stream, outcome = Stream(dispatcher=self.dispatcher), Future(self.dispatcher)
        ticket = Ticket(turn_id, "hi", None, DEFAULT_DEADLINES, False, stream, outcome)
        asker = Asker.start(self.heard, dispatcher=self.dispatcher)
        return Flight(Waiting(ticket._replace(caller=Caller.here()), asker, ticket.turn_id))

    def noted(self, kind):
        """What the turn was let know of that kind."""
        self.dispatcher.run_until_idle()
        return [one.what for one in self.heard if isinstance(one, Noted) and type(one.what) is kind]

    def open(
        self, *, hooks=None, permissions=None, prompter=None, tools=None, state=None, mask=str
    ):
        callbacks = Callbacks(
            hooks=HookSet.of(hooks) if hooks else None,
            permissions=PermissionService(permissions, prompter),
            servers=ToolServers.of({"shop": tools}, state) if tools else None,
            caller=Caller.here(),
        )
        backend = ClaudeBackend()
        self.conversation = backend.conversation(backend.check({}, {}), callbacks.hooks)
        owner = next(iter(self.dispatcher._residents))._actor
        self.desk = Desk(
            owner,
            self.conversation,
            callbacks,
            runner=Runner(self.crew),
            write=self.lines.append,
            mask=mask,
            origins=Origins(),
        )
        return self

    def ask(self, subtype, request_id="q-1", flight=None, **fields):
        """The CLI asks, in a turn or between two."""
        line = {"type": "control_request", "request_id": request_id}
        line["request"] = {"subtype": subtype, **fields}
        [frame] = FrameDecoder().decode_block(json.dumps(line).encode())
        self.desk.ask(self.conversation.read(frame), flight)

    def withdraw(self, request_id="q-1"):
        """The CLI does not wait any more."""
        self.desk.withdraw(request_id)

    def answers(self):
        """What was written, as `(request_id, subtype, payload)`."""
        said = [json.loads(line)["response"] for line in self.lines]
        return [
            (one["request_id"], one["subtype"], one.get("response", one.get("error")))
            for one in said
        ]

    def answer(self):
        """Wait for the one answer, and return its subtype and payload."""
        self.dispatcher.run_until(lambda: self.lines)
        self.dispatcher.run_until_idle()
        [(_, subtype, payload)] = self.answers()
        return subtype, payload

    def close(self):
        if self.desk is not None:
            self.desk.close()
        self.dispatcher.close()


@pytest.fixture(name="counter")
def _counter():
    crew = Crew()
    counter = Counter(crew)
    yield counter
    counter.close()
    crew.close(5)


@pytest.fixture(name="system")
def _system():
    with System(configuration={}, ladder=LADDER) as system:
        yield system


@pytest.fixture(name="play")
def _play(simulator, system, tmp_path):
    """A function that opens a session with a simulated CLI: ``play(*scenarios, **arguments)``."""

    def play(*scenarios, deadlines=QUICK, **arguments):
        installed = simulator(
            *(one if isinstance(one, Scenario) else Scenario(turns=[one]) for one in scenarios)
        )
        session = system.session(
            executable=installed.path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            deadlines=deadlines,
            **arguments,
        )
        session.simulator = installed
        return session

    return play


@pytest.fixture(name="query")
def _query(simulator, system, tmp_path):
    """A function that asks simulated CLIs once: ``query(scenario)`` gives a function for that."""

    def query(scenario):
        return partial(
            system.ask,
            executable=simulator(scenario).path,
            cwd=tmp_path,
            api_key="not-a-real-key",
            deadlines=QUICK,
        )

    return query


@pytest.fixture(name="virtual")
def _virtual():
    """A function that makes a session in virtual time: ``virtual(callbacks, **options)``."""
    sessions = []

    def make(*arguments, **options):
        sessions.append(VirtualSession(*arguments, **options))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()
