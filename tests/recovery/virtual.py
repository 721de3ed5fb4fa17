"""Sessions in virtual time that lose their processes, and the lot they park in."""

from __future__ import annotations

import json

from greenroom.backends.base import Installation, Launch
from greenroom.runtime import Actor, ManualDispatcher
from greenroom.runtime.crew import Crew
from greenroom.runtime.event_stream import EventStream
from greenroom.runtime.process import ExitStatus, SpawnSpec, StopLadder
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board
from greenroom.session.parking_lot import ParkingLot
from greenroom.session.resumption import NO_PAST
from greenroom.session.setup import Setup
from greenroom.testing import factories
from greenroom.turn import Interrupt, Stream
from greenroom.values.recovery import DEFAULT_RECOVERY
from greenroom.values.redaction import Redactor
from tests.control.virtual import Speaker, Spoken, VirtualSession
from tests.prepared_backend import PreparedBackend

ENTRY = "11111111-2222-4333-8444-555555555555"
"""Where its turns leave the conversation."""

EPOCH = 1_800_000_000.0
"""Unix time at the beginning of virtual time."""


class Process(Spoken):
    """A process that a test speaks for; it may be killed, and complain."""

    stderr = ""
    lingers = False
    """Whether it takes its time when it is told to end."""

    def stderr_text(self):
        return self.stderr

    def stop(self, ladder, *, busy):
        if self.lingers:
            self.stopped = True
        else:
            super().stop(ladder, busy=busy)

    def kill(self, signal=9):
        self._leave(ExitStatus(signal=signal))
        self._dispatcher.run_until_idle()

    def fail(self, code=1, stderr=""):
        """Complain, and exit."""
        self.stderr = stderr
        self.end(code)

    @property
    def prompts(self):
        """The ids of the prompts it was sent."""
        return [line["uuid"] for line in self.of_kind("user")]

    def begin(self):
        """Begin the turn of the last prompt."""
        prompt = self.prompts[-1]
        self.say(factories.lifecycle(prompt, "started"), factories.system_init(prompts=[prompt]))
        return self

    def answer(self, text="Hello", **members):
        """Do the whole turn of the last prompt; `members` go into its frames."""
        prompt = self.prompts[-1]
        frames = [
            factories.lifecycle(prompt, "started"),
            factories.system_init(prompts=[prompt], **members),
            factories.assistant_text(text, **{"uuid": ENTRY, **members}),
            factories.result_success(text, prompt=prompt, **members),
        ]
        self.say(*frames)
        return self

    def refuse(self, status, kind, *, params=None, **members):
        """Fail the turn of the last prompt as the CLI does when the API refuses it."""
        prompt = self.prompts[-1]
        told = {"session_id": members.get("session_id", factories.SESSION_ID)}
        self.say(
            factories.system_init(prompts=[prompt], **told),
            factories.assistant_text("no", error=kind, api_error_params=params, **told),
            factories.api_error(status, "API Error", prompt=prompt, **members),
        )
        return self


class Company(Speaker):
    """A spawner that knows when it started each process."""

    process = Process

    def __init__(self, dispatcher):
        super().__init__(dispatcher)
        self.starts = []

    def spawn(self, spec, handler):
        self.starts.append(self._dispatcher.clock.now())
        return super().spawn(spec, handler)


class AccountBackend(PreparedBackend):
    """A backend whose launches belong to an account, or fail.

    Attributes:
        account: what its processes use.
        trouble: why none can be launched.
        launched: the options of each process.
        tries: how often one was to be launched.
        redactor: what takes the secrets out of what is told of them.
    """

    def __init__(self, account):
        self.account, self.trouble, self.launched, self.tries = account, None, [], 0
        self.redactor = Redactor()

    def prepare(self, options, scratch, fallback=None):
        del scratch, fallback
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
        self.launched.append(options)
        return Launch(
            spec=SpawnSpec(argv=("/bin/claude",), env={}, cwd="/"),
            installation=Installation(path="/bin/claude", version="2.1.329", source="explicit"),
            shown_argv=("claude",),
            auth_source="none",
            account=self.account,
            redactor=self.redactor,
        )


class Listener(Actor):
    """An actor that subscribes to events and keeps them."""

    mailbox_bound = None

    def __init__(self, heard):
        super().__init__()
        self._heard = heard

    def on_receive(self, message):
        self._heard.append(message)


class Recovering(VirtualSession):
    """A session actor of a host, its processes, and the time."""

    def __init__(self, host, *, account, recovery, past, idle_seconds, callbacks, label, options):
        self.dispatcher, self.crew = host.dispatcher, host.crew
        self.spawner, self.board = Company(host.dispatcher), Board()
        self.backend = AccountBackend(account)
        self.background = Stream(dispatcher=self.dispatcher)
        self._asked = 0
        self._label = label
        setup = Setup(
            backend=self.backend,
            options=self.backend.check({}, options),
            spawner=self.spawner,
            ladder=StopLadder(),
            crew=self.crew,
            callbacks=callbacks,
            width=1,
            recovery=recovery,
            label=label,
            events=host.events,
            lot=host.lot if recovery.parks else None,
            past=past,
            idle_seconds=idle_seconds,
        )
        self.ref = SessionActor.start(
            setup, board=self.board, background=self.background, dispatcher=self.dispatcher
        )
        self.dispatcher.run_until_idle()

    @property
    def starts(self):
        """The moments at which its processes were started."""
        return self.spawner.starts

    @property
    def info(self):
        return self.board.info

    def ask(self, turn_id=None, **ticket):
        """Ask something; the future of its outcome."""
        if turn_id is None:
            self._asked += 1
            turn_id = f"{self._label}-{self._asked}"
        return super().ask(turn_id, **ticket)

    def cancel(self, turn_id):
        self.ref.tell(Interrupt(turn_id, "the turn was interrupted"))
        self.dispatcher.run_until_idle()

    def tell(self, message):
        self.ref.tell(message)
        self.dispatcher.run_until_idle()
        return self

    def greet(self):
        """Have its process answer the handshake."""
        self.process.greet()
        return self

    def answer(self, *arguments, **members):
        """Have its process do a turn."""
        self.process.answer(*arguments, **members)
        return self

    def crash(self):
        """Have its process begin its turn, and die."""
        self.process.begin().kill()
        return self

    def resumed(self, number=-1):
        """How a process goes on with a conversation: its options that say so."""
        options = self.backend.launched[number]
        names = ("resume", "resume_session_at", "fork_session")
        return {name: options.get(name) for name in names if options.get(name)}


class Host:
    """One dispatcher, one lot, one stream of events; and the sessions."""

    def __init__(self):
        self.dispatcher, self.crew = ManualDispatcher(), Crew()
        self.events, self.heard = EventStream(), []
        self.skew = 0.0
        self.lot = ParkingLot.start(self.wall, dispatcher=self.dispatcher)
        self.events.subscribe(Listener.start(self.heard, dispatcher=self.dispatcher))
        self.sessions = []

    def wall(self):
        """Unix time; `skew` seconds beside the passing of virtual time."""
        return EPOCH + self.dispatcher.clock.now() + self.skew

    def session(
        self,
        *,
        account=1,
        recovery=DEFAULT_RECOVERY,
        past=NO_PAST,
        idle_seconds=None,
        callbacks=None,
        **options,
    ):
        self.sessions.append(
            Recovering(
                self,
                account=account,
                recovery=recovery,
                past=past,
                idle_seconds=idle_seconds,
                callbacks=callbacks,
                label=f"s{len(self.sessions)}",
                options=options,
            )
        )
        return self.sessions[-1]

    def advance(self, seconds):
        self.dispatcher.advance(seconds)
        return self

    def now(self):
        return self.dispatcher.clock.now()

    def told(self, kind, session=None):
        """The events of a kind, of one session or of all."""
        label = None if session is None else session._label
        return [
            event for event in self.heard if type(event) is kind and label in {None, event.session}
        ]

    def close(self):
        self.dispatcher.close()
        self.crew.close(5)


def said(process):
    """All that a process was told, as one text."""
    return json.dumps(process.told)
