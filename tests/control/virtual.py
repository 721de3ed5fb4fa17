"""A session in virtual time, with a process that says what a test has it say."""

from __future__ import annotations

import json

from greenroom import Containment
from greenroom.callbacks import Caller
from greenroom.runtime import Future, ManualDispatcher
from greenroom.runtime.crew import Crew
from greenroom.runtime.process import ExitStatus, StopLadder
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board
from greenroom.session.messages import Order, Submit, Warm
from greenroom.session.setup import Setup
from greenroom.testing import factories
from greenroom.turn import Stream, Ticket
from greenroom.values.deadlines import Deadlines
from tests.prepared_backend import PreparedBackend

PATIENT = Deadlines(start=1e6, first_event=1e6, silence=1e6, interrupt=10)


class Spoken:
    """A process that a test speaks for, and what it was told."""

    def __init__(self, dispatcher, handler):
        self.pid, self.leader, self.fault = 4711, None, None
        self.told, self.stopped = [], False
        self._dispatcher, self._handler, self._over = dispatcher, handler, False
        dispatcher.call_soon(handler.on_spawned, self)

    def write(self, data):
        self.told.extend(json.loads(line) for line in data.splitlines())
        return not self._over

    def say(self, *frames):
        self._handler.on_stdout(factories.wire_all(frames))
        self._dispatcher.run_until_idle()

    def greet(self, **info):
        """Answer the handshake."""
        self.say(factories.control_success("greenroom_initialize", info))

    def end(self, code=0):
        self._leave(ExitStatus(code=code))
        self._dispatcher.run_until_idle()

    def _leave(self, status):
        if not self._over:
            self._over = True
            self._handler.on_stdout_end()
            self._handler.on_exit(status)
            self._handler.on_closed()

    def stop(self, _ladder, *, busy):
        self.stopped = True
        self._dispatcher.call_soon(self._leave, ExitStatus(signal=15 if busy else 9))

    def of_kind(self, kind):
        """What it was told of that kind."""
        return [line for line in self.told if line["type"] == kind]

    def stderr_text(self):
        return ""

    def pause_stdout(self):
        """It says what it is had to say."""

    resume_stdout = disown = pause_stdout

    def expect(self, _ladder):
        """It ends as told."""


class Speaker:
    """A spawner of such processes."""

    containment = Containment.GROUP
    process = Spoken

    def __init__(self, dispatcher):
        self._dispatcher = dispatcher
        self.processes = []

    def spawn(self, _spec, handler):
        self.processes.append(self.process(self._dispatcher, handler))
        return self.processes[-1]

    def close(self):
        """Nothing of it runs."""


class VirtualSession:
    """A session actor, its process, and the time."""

    def __init__(self, callbacks=None, **options):
        self.dispatcher, self.crew = ManualDispatcher(), Crew()
        self.spawner, self.board = Speaker(self.dispatcher), Board()
        backend = PreparedBackend()
        setup = Setup(
            backend=backend,
            options=backend.check({}, options),
            spawner=self.spawner,
            ladder=StopLadder(),
            crew=self.crew,
            callbacks=callbacks,
            width=1,
        )
        self.background = Stream(dispatcher=self.dispatcher)
        self.ref = SessionActor.start(
            setup, board=self.board, background=self.background, dispatcher=self.dispatcher
        )
        self.backend = backend

    @property
    def process(self):
        """The process that was started last."""
        return self.spawner.processes[-1]

    def warm(self):
        """Start its process."""
        self.ref.tell(Warm())
        self.dispatcher.run_until_idle()
        return self

    def ask(self, turn_id="t-1", deadlines=PATIENT, options=None, **ticket):
        """Ask something; the future of its outcome."""
        outcome = Future(self.dispatcher)
        stream = Stream(dispatcher=self.dispatcher)
        made = Ticket(
            turn_id,
            "hi",
            {} if options is None else options,
            deadlines,
            False,
            stream,
            outcome,
            caller=Caller.here(),
            **ticket,
        )
        self.ref.tell(Submit(made))
        self.dispatcher.run_until_idle()
        return outcome

    def order(self, name, seconds=60.0, **fields):
        """Order something; the future of its answer."""
        request, changes = self.backend.order(name, **fields)
        reply = Future(self.dispatcher)
        self.ref.tell(Order(name, request, changes, reply, seconds))
        self.dispatcher.run_until_idle()
        return reply

    def close(self):
        self.dispatcher.close()
        self.crew.close(5)
