"""The play on the product, under a manual dispatcher: a real supervisor of real actors."""

from __future__ import annotations

from functools import partial

import msgspec
import pykka

from greenroom.runtime import (
    KILLED,
    NO_PROC,
    NORMAL,
    SHUTDOWN,
    Actor,
    Crash,
    Future,
    Killed,
    ManualDispatcher,
    ShutdownWith,
    Terminated,
    handles,
)
from greenroom.runtime.backoff import Backoff
from greenroom.runtime.supervision import (
    BRUTAL_KILL,
    IGNORE,
    INFINITY,
    AlreadyStarted,
    ChildExited,
    ChildNotStopped,
    ChildSpec,
    DynamicSupervisor,
    FailedToStartChild,
    SupervisionError,
    Supervisor,
    SupervisorGaveUp,
)
from tests.supervision.model_world import NEVER, Manner
from tests.supervision.play import Play

REASONS = {
    "normal": NORMAL,
    "shutdown": SHUTDOWN,
    "shutdown_with": ShutdownWith("a term"),
    "killed": KILLED,
}
RESTING = {"restarting": "restarting", "stopped": None}
SHUTDOWNS = {"infinity": INFINITY, "brutal_kill": BRUTAL_KILL}


class Boom(Exception):
    """What a child crashes with."""


class End(msgspec.Struct):
    """A child is to end by itself."""

    reason: str


class Player(Actor):
    """A child that keeps the log, and behaves as it is told to."""

    def __init__(self, stage, name, manner):
        super().__init__()
        self.stage, self.name, self.manner = stage, name, manner
        self.ending = "killed"

    @handles(End)
    def end(self, end):
        if end.reason == "crash":
            raise Boom(self.name)
        self.ending = end.reason
        self.terminate(REASONS[end.reason])

    def on_stop_request(self, reason):
        if isinstance(reason, Crash):
            return True
        if isinstance(reason, Killed):
            self.stage.log.append(("kill", self.name))
            return self._end_in(self.manner.clings, "killed")
        self.stage.log.append(("stop", self.name))
        return self._end_in(self.manner.linger, "shutdown")

    def _end_in(self, seconds, reason):
        if seconds == 0:
            self.ending = reason
        elif seconds != NEVER:
            self.after(seconds, End(reason))
        return seconds == 0

    def on_stop(self):
        self.stage.log.append(("down", self.name, self.ending))

    def on_failure(self, *_exc_info):
        self.stage.log.append(("down", self.name, "crash"))


class Stage:
    """Starts the actors of a play, each as it is told to be, and numbers them."""

    def __init__(self, dispatcher):
        self.dispatcher = dispatcher
        self.log = []
        self.manners = {}
        self.numbers = {}
        self.refs = {}
        self.names = {}

    def start(self, id_):
        manner = self.manners.get(id_, Manner())
        self.log.append(("start", id_))
        if manner.delay == 0:
            return self._finish(id_, manner)
        outcome = Future(self.dispatcher)
        self.dispatcher.call_later(manner.delay, self._settle, outcome, id_, manner)
        return outcome

    def name(self, id_):
        self.numbers[id_] = self.numbers.get(id_, 0) + 1
        return (id_, self.numbers[id_])

    def enter(self, name, ref):
        self.refs[name] = ref
        self.names[ref.actor_urn] = name

    def _settle(self, outcome, id_, manner):
        try:
            outcome.settle(self._finish(id_, manner))
        except Boom as error:
            outcome.fail(error)

    def _finish(self, id_, manner):
        if manner.start == "error":
            self.log.append(("start_error", id_))
            raise Boom(id_)
        if manner.start == "ignore":
            self.log.append(("ignored", id_))
            return IGNORE
        name = self.name(id_)
        ref = Player.start(self, name, manner, dispatcher=self.dispatcher)
        self.enter(name, ref)
        self.log.append(("up", name))
        if manner.start == "stillborn":
            actor = ref._actor_weakref()
            actor.ending = "noproc"
            actor._cell.kill(NO_PROC)
        return ref


class Witness(Actor):
    """Remembers why those ended whom it watches."""

    def __init__(self):
        super().__init__()
        self.reasons = {}

    @handles(Terminated)
    def on_end(self, news):
        self.reasons[news.ref.actor_urn] = news.reason


class Gazette:
    """What supervisors publish their reports on; it keeps those of ends."""

    def __init__(self):
        self.reports = []

    def publish(self, report):
        if isinstance(report, ChildExited | ChildNotStopped | SupervisorGaveUp):
            self.reports.append((report.event, report.child.strip("'")))


class RealAnswer:
    """The future of an answer, and what it says in the words of the model."""

    def __init__(self, future, words, name_of):
        self.future, self.words, self.name_of = future, words, name_of

    @property
    def value(self):
        if not self.future.done:
            return None
        try:
            return ("ok", *self.words(self.future.get()))
        except AlreadyStarted as error:
            return (error.code, self.name_of(error.ref))
        except FailedToStartChild as error:
            return (error.code, error.child_id)
        except pykka.ActorDeadError:
            return ("dead",)
        except SupervisionError as error:
            return (error.code,)


class RealPlay(Play):
    """The play on the product."""

    def __init__(self):
        super().__init__()
        self.dispatcher = ManualDispatcher()
        self.stage = Stage(self.dispatcher)
        self.log = self.stage.log
        self.witness = Witness.start(dispatcher=self.dispatcher)
        self.gazette = Gazette()
        self.reports = self.gazette.reports
        self.handles = {}
        self.supervisor = None
        self.dynamic = False

    def close(self):
        self.dispatcher.close()

    def behave(self, id_, **manner):
        self.stage.manners[id_] = Manner(**manner)

    def boot(self, *roles, **flags):
        return self._boot(Supervisor.begin([*map(self._spec, roles)], **self._flags(flags)))

    def boot_dynamic(self, **flags):
        self.dynamic = True

        return self._boot(DynamicSupervisor.begin(**self._flags(flags)))

    def _boot(self, booted):
        self.supervisor, self.booted = None, booted
        booted.add_done_callback(partial(self._on_boot, booted, None))
        self.run()
        return RealAnswer(booted, nothing, self._name_of)

    def _on_boot(self, booted, name, error):
        if error is not None:
            return
        supervisor = booted.get()
        if name is None:
            self.supervisor = supervisor
        else:
            self.stage.enter(name, supervisor.actor_ref)
            self.handles[name] = supervisor
        supervisor.actor_ref.monitor(self.witness)

    def _act(self, strokes, requests, requests_first):
        for stroke in strokes:
            stroke()
        if not requests_first:  # each of them sees to it in one step; only then news are sent
            for _ in strokes:
                self.dispatcher.step()
        for request in requests:
            request.make()

    def _end(self, name, reason):
        Actor.send(self.stage.refs[name], End(reason))

    def _stop_by_hand(self, name):
        self.stage.refs[name].stop(block=False)

    def _ask(self, of, request, *args):
        supervisor = self.supervisor if of is None else self.handles[of]
        if request == "start_child":
            args = [self._spec(args[0])]
        elif args and isinstance(args[0], tuple):
            args = [self.stage.refs[args[0]]]
        words = {
            "start_child": self._words_of_life,
            "restart_child": self._words_of_life,
            "get_childspec": lambda spec: (spec.id,),
            "which_children": self._words_of_children,
            "count_children": lambda n: (n.specs, n.active, n.supervisors, n.workers),
        }.get(request, nothing)
        return RealAnswer(getattr(supervisor, request)(*args), words, self._name_of)

    def _stop(self):
        if self.supervisor is None:
            self.booted.cancel()
        else:
            self.supervisor.actor_ref.stop(block=False)

    def _settle(self):
        self.dispatcher.run_until_idle()

    def _advance(self, seconds):
        self.dispatcher.advance(seconds)

    def reason(self):
        if self.supervisor is None:
            return None
        reasons = self.witness._actor_weakref().reasons
        reason = reasons.get(self.supervisor.actor_ref.actor_urn)
        return None if reason is None else type(reason).__name__.lower()

    # --- words ---

    def _spec(self, role):
        return ChildSpec(
            id=role.id,
            start=self._starter(role),
            restart=role.restart,
            shutdown=SHUTDOWNS.get(role.shutdown, role.shutdown),
            type=role.type,
            significant=role.significant,
        )

    def _starter(self, role):
        if role.cast is None:
            return partial(self.stage.start, role.id)

        def start():
            self.log.append(("start", role.id))
            specs, name = [*map(self._spec, role.cast)], self.stage.name(role.id)
            booted = Supervisor.begin(specs, **self._flags(dict(role.flags)))
            booted.add_done_callback(partial(self._on_boot, booted, name))
            return booted

        return start

    def _flags(self, flags):
        first, base, factor = flags.pop("pauses", (0.0, 0.0, 1.0))
        backoff = Backoff(first=first, base=base, factor=factor, jitter=0.0)
        return {"backoff": backoff, "events": self.gazette, "dispatcher": self.dispatcher, **flags}

    def _name_of(self, child):
        return self.stage.names[getattr(child, "actor_ref", child).actor_urn]

    def _words_of_life(self, child):
        return (None if child in {None, IGNORE} else self._name_of(child),)

    def _words_of_children(self, children):
        lives = [
            (one.id, self._name_of(one.ref) if one.ref else RESTING[one.state], one.type.value)
            for one in children
        ]
        return (sorted(lives, key=str) if self.dynamic else lives,)


def nothing(_value):
    return ()
