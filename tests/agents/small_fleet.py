"""A fleet that serves, of plain sessions: nobody keeps them up."""

from __future__ import annotations

import threading
import time

from greenroom.agents.errors import AgentNotFoundError
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.runtime import Actor, Future

PHASES = {
    "idle": AgentPhase.READY,
    "busy": AgentPhase.BUSY,
    "starting": AgentPhase.STARTING,
    "stopping": AgentPhase.STOPPING,
    "stopped": AgentPhase.STOPPED,
}


class Keeper(Actor):
    """What ends with the fleet; told to "give up", it does."""


class SmallFleet:
    """Sessions by name, that can be asked, replaced and stopped."""

    def __init__(self, make_sessions):
        self._make = make_sessions
        self.sessions = {name: make() for name, make in make_sessions.items()}
        self.since = time.time()

    @classmethod
    def start(cls, specs, *, system, store):
        for spec in specs:
            store.load(spec.name)
        fleet = cls({spec.name: _maker(system, spec) for spec in specs})
        fleet.actor_ref = Keeper.start(dispatcher=system.dispatcher)
        return fleet

    def status(self):
        return [self._status(name, session.info) for name, session in self.sessions.items()]

    def tell(self, name, prompt):
        if prompt == "give up":
            self.actor_ref.stop(block=False)
        return self._of(name).ask(prompt)

    def restart(self, name):
        session = self._of(name)

        def work():
            session.stop()
            self.sessions[name] = self._make[name]()

        return _done_by(work)

    def stop(self, name):
        due = list(self.sessions.values()) if name is None else [self._of(name)]

        def work():
            for session in due:
                session.stop()
            if name is None:
                self.actor_ref.stop()

        return _done_by(work)

    def _of(self, name):
        if name not in self.sessions:
            raise AgentNotFoundError(
                f"there is no agent {name!r}; there are {', '.join(self._make)}"
            )
        return self.sessions[name]

    def _status(self, name, info):
        return AgentStatus(
            name=name,
            phase=PHASES.get(info.phase, AgentPhase.UNKNOWN),
            session_id=info.session_id,
            pid=info.pid,
            turns=info.totals.turns,
            queued=info.queued,
            since=self.since,
        )


def _maker(system, spec):
    return lambda: system.session(warm=spec.upkeep.warm, deadlines=spec.deadlines, **spec.options)


def _done_by(work):
    done = Future()

    def run():
        try:
            done.settle(work())
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            done.fail(error)

    threading.Thread(target=run, daemon=True).start()
    return done
