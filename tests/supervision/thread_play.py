"""The play on the product with real threads: plain pykka actors under a supervisor on a loop.

What a plain pykka actor cannot do is left out: it has no reasons but Normal and a crash, and does
what it is told at once.
"""

from __future__ import annotations

from functools import partial

import pykka

from greenroom.runtime import LoopDispatcher
from greenroom.runtime.backoff import Backoff
from greenroom.runtime.supervision import IGNORE, ChildSpec, Supervisor
from tests.patience import eventually


class Boom(Exception):
    """What a child crashes with, or does not start with."""


class PlainPlayer(pykka.ThreadingActor):
    """A child that keeps the log. What it does last it notes before anybody can know."""

    use_daemon_thread = True

    def __init__(self, log, name):
        super().__init__()
        self.log, self.name, self.told = log, name, False

    def on_receive(self, reason):
        self.told = True
        self.log.append(("down", self.name, reason))
        if reason == "crash":
            raise Boom(self.name)
        self._stop()

    def _stop(self):
        if not self.told:
            self.log.append(("stop", self.name))
        super()._stop()


class ThreadPlay:
    """A supervisor on a loop dispatcher, and its children, each with a thread of its own."""

    def __init__(self):
        self.dispatcher = LoopDispatcher()
        self.log = []
        self.starts = {}
        self.refs = {}
        self.names = {}
        self.numbers = {}
        self.supervisor = None

    def __enter__(self):
        return self

    def __exit__(self, *_exc_info):
        try:
            if self.supervisor is not None:
                self.supervisor.stop(timeout=10)
        finally:
            self.dispatcher.close()
        eventually(lambda: not any(ref.is_alive() for ref in self.refs.values()))

    def boot(self, *roles, **flags):
        self.supervisor = Supervisor.start(
            [*map(self.spec, roles)],
            dispatcher=self.dispatcher,
            backoff=Backoff(first=0.0, base=0.0, factor=1.0, jitter=0.0),
            **flags,
        )

    def spec(self, role):
        return ChildSpec(
            id=role.id,
            start=partial(self._start, role.id),
            restart=role.restart,
            shutdown=role.shutdown,
            significant=role.significant,
            blocking=True,
        )

    def end(self, name, reason):
        """Have a child end, unless it has."""
        try:
            self.refs[name].tell(reason)
        except pykka.ActorDeadError:
            return

    def name_of(self, ref):
        return None if ref is None else self.names[ref.actor_urn]

    def alive(self):
        return {name for name, ref in self.refs.copy().items() if ref.is_alive()}

    def _start(self, id_):
        self.log.append(("start", id_))
        start = self.starts.get(id_, "ok")
        if start == "error":
            self.log.append(("start_error", id_))
            raise Boom(id_)
        if start == "ignore":
            self.log.append(("ignored", id_))
            return IGNORE
        number = self.numbers[id_] = self.numbers.get(id_, 0) + 1
        name = (id_, number)
        ref = PlainPlayer.start(self.log, name)
        self.refs[name] = ref
        self.names[ref.actor_urn] = name
        self.log.append(("up", name))
        return ref
