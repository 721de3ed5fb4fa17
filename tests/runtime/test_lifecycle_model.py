"""Random lives of a few actors, against a model that knows nothing of how they are run.

The model keeps, per actor, what waits for it and who watches it. `settle` says what
must have happened once nothing is ready any more. The order in which actors take
turns is free, so news of two ends that happen in one go may come in either order,
and an actor that ends in that go may or may not have seen them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pykka
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from greenroom.runtime import (
    NO_PROC,
    SHUTDOWN,
    Actor,
    Crash,
    MailboxFull,
    ManualDispatcher,
    Terminated,
    unwatch,
    watch,
)
from greenroom.runtime.stop_flag import StopFlag

BOUND = 4


class Boom(Exception):
    """What actors of this test raise."""


class Subject(Actor):
    """The real thing: keeps what it gets, raises what can be raised, answers by length."""

    mailbox_bound = BOUND

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_receive(self, message):
        if isinstance(message, Boom):
            raise message
        self.seen.append(message)
        return len(self.seen)


@dataclass(eq=False)
class Model:
    """What must be true of one actor."""

    ref: pykka.ActorRef
    actual: list
    alive: bool = True
    stopping: bool = False
    waiting: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    watchers: list = field(default_factory=list)
    timers: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    loose_news: bool = False

    def told(self):
        return [item for item in self.seen if not isinstance(item, Terminated)]

    def news(self):
        return Counter(str(item) for item in self.seen if isinstance(item, Terminated))


class Lives(RuleBasedStateMachine):
    actors = Bundle("actors")

    def __init__(self):
        super().__init__()
        self.dispatcher = ManualDispatcher()
        self.models = []
        self.number = 0

    # --- what may happen ---

    @rule(target=actors)
    def start(self):
        seen = []
        model = Model(Subject.start(seen, dispatcher=self.dispatcher), seen)
        self.models.append(model)
        return model

    @rule(model=actors, fatal=st.booleans())
    def tell(self, model, fatal):
        self.number += 1
        message = Boom() if fatal and self.number % 4 == 0 else self.number
        if not model.alive:
            with pytest.raises(pykka.ActorDeadError):
                model.ref.tell(message)
        elif len(model.waiting) >= BOUND:
            with pytest.raises(MailboxFull):
                model.ref.tell(message)
        else:
            model.ref.tell(message)
            model.waiting.append(("tell", message, None))

    @rule(model=actors, failing=st.booleans())
    def ask(self, model, failing):
        self.number += 1
        message = Boom() if failing else self.number
        answer = model.ref.ask(message, block=False)
        if not model.alive:
            with pytest.raises(pykka.ActorDeadError):
                answer.get()
        elif len(model.waiting) >= BOUND:
            with pytest.raises(MailboxFull):
                answer.get()
        else:
            model.waiting.append(("ask", message, answer))

    @rule(model=actors)
    def stop(self, model):
        ended = model.ref.stop(block=False)
        if model.alive:
            model.stopping = True
            model.ends.append(ended)
        else:
            assert ended.get() is False

    @rule(target=model_pair) if False else rule(target_model=actors, watcher=actors)
    def watch(self, target_model, watcher):
        watch(target_model.ref, watcher.ref)
        if not watcher.alive:
            return
        if target_model.alive:
            target_model.watchers.append(watcher)
        else:
            news = Terminated(target_model.ref, NO_PROC)
            watcher.waiting.append(("news", news, None))

    @rule(target_model=actors, watcher=actors)
    def unwatch(self, target_model, watcher):
        unwatch(target_model.ref, watcher.ref)
        target_model.watchers = [one for one in target_model.watchers if one is not watcher]
        watcher.waiting = [
            ("void", None, None) if kind == "news" and item.ref is target_model.ref else entry
            for entry in watcher.waiting
            for kind, item, _ in [entry]
        ]
