"""Children that do as they are told and keep a log, and the hand that leads their supervisor."""

from __future__ import annotations

from functools import partial

from greenroom.runtime import (
    IGNORE,
    Actor,
    ChildSpec,
    Crash,
    DynamicSupervisor,
    ExitReason,
    Killed,
    Supervisor,
)


class Boom(Exception):
    """What children crash with."""


class Kid(Actor):
    """Ends with the reason it is sent, crashes with the error it is sent.

    A stubborn one does not end when it is asked to, and not when it is killed either.
    """

    def __init__(self, log, name, stubborn=False):
        super().__init__()
        self.log, self.name, self.stubborn = log, name, stubborn

    def on_start(self):
        self.log.append(f"start {self.name}")

    def on_receive(self, message):
        if isinstance(message, ExitReason):
            self.terminate(message)
        elif isinstance(message, BaseException):
            raise message

    def on_stop_request(self, reason):
        if isinstance(reason, Killed):
            self.log.append(f"kill {self.name}")
        return isinstance(reason, Crash) or not self.stubborn

    def on_stop(self):
        self.log.append(f"stop {self.name}")

    def on_failure(self, *_exc_info):
        self.log.append(f"crash {self.name}")


class Nursery:
    """Supervisors on a manual dispatcher, and what their children do.

    Attributes:
        log: what happened.
        failing: ids that do not start.
        ignoring: ids whose start gives IGNORE.
        stubborn: ids that do not end when asked.
        waiting: futures that the starts of these ids give.
    """

    def __init__(self, dispatcher):
        self.dispatcher = dispatcher
        self.log = []
        self.failing, self.ignoring, self.stubborn = set(), set(), set()
        self.waiting = {}
        self.supervisor = None

    def spec(self, id_, **fields):
        return ChildSpec(id=id_, start=partial(self.start, id_), **fields)

    def specs(self, ids, **fields):
        return [self.spec(id_, **fields) for id_ in ids]

    def start(self, id_):
        if id_ in self.failing:
            self.log.append(f"fail {id_}")
            raise Boom(id_)
        if id_ in self.ignoring:
            return IGNORE
        if id_ in self.waiting:
            self.log.append(f"wait {id_}")
            return self.waiting[id_]
        return Kid.start(self.log, id_, id_ in self.stubborn, dispatcher=self.dispatcher)

    def begin(self, children, **flags):
        specs = self.specs(children) if isinstance(children, str) else children
        return Supervisor.begin(specs, dispatcher=self.dispatcher, **flags)

    def boot(self, children, **flags):
        """Start a supervisor, with an empty log afterwards."""
        return self._booted(self.begin(children, **flags))

    def boot_dynamic(self, *args, **flags):
        return self._booted(DynamicSupervisor.begin(*args, dispatcher=self.dispatcher, **flags))

    def _booted(self, boot):
        self.supervisor = self.answer(boot)
        self.log.clear()
        return self.supervisor

    def run(self):
        self.dispatcher.run_until_idle()

    def answer(self, future):
        self.run()
        return future.get()

    def error(self, future):
        self.run()
        try:
            future.get()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            return error
        raise AssertionError("no error")

    def ask(self, request, *args):
        return self.answer(getattr(self.supervisor, request)(*args))

    def refused(self, request, *args):
        return self.error(getattr(self.supervisor, request)(*args))

    def refs(self):
        """The references of the children that run, by id."""
        return {info.id: info.ref for info in self.ask("which_children") if info.ref is not None}

    def states(self):
        """The states of all children by id, the newest first."""
        return {info.id: info.state for info in self.ask("which_children")}

    def end(self, id_, reason=None):
        """Have a child end: with a reason, or by a crash."""
        self.refs()[id_].tell(Boom(id_) if reason is None else reason)
        self.run()

    def stop(self):
        ended = self.supervisor.actor_ref.stop(block=False)
        self.run()
        return ended

    @property
    def over(self):
        return not self.supervisor.actor_ref.is_alive()
