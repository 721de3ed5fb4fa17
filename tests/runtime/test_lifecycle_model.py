"""Random lives of a few actors, against a model that knows nothing of how they are run.

Rules act on the actors from outside; nothing is handled before a rule lets the dispatcher
run. Then the model, too, goes through what waits. It takes the actors in any order:
only news of two ends in one go may come in either order, so news are counted, and
everything else is compared as a sequence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pykka
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from structlog.testing import capture_logs

from greenroom.runtime import (
    NO_PROC,
    SHUTDOWN,
    Actor,
    Crash,
    MailboxFull,
    ManualDispatcher,
    ShutdownWith,
    Terminated,
    handles,
    unwatch,
    watch,
)
from greenroom.runtime.stop_flag import StopFlag

BOUND = 4


class Boom(Exception):
    """A message that its receiver raises."""


@dataclass(frozen=True)
class Bye:
    """A message upon which its receiver terminates."""

    term: int


class Subject(Actor):
    """The real thing. Answers with how much it has seen."""

    mailbox_bound = BOUND

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    @handles(Boom)
    def raise_it(self, boom):
        raise boom

    @handles(Bye)
    def leave(self, bye):
        self.terminate(ShutdownWith(bye.term))

    def on_receive(self, message):
        self.seen.append(message)
        return len(self.seen)


@dataclass(eq=False)
class Model:
    """What must be true of one actor."""

    ref: Any
    actual: list
    alive: bool = True
    stopping: bool = False
    waiting: list = field(default_factory=list)  # (message, answer or None)
    seen: list = field(default_factory=list)
    watchers: list = field(default_factory=list)
    timers: list = field(default_factory=list)  # (due, order, number)
    ends: list = field(default_factory=list)

    def fire(self, now):
        """Get the messages of the timers that are due."""
        due = sorted(timer for timer in self.timers if timer[0] <= now)
        self.timers = [timer for timer in self.timers if timer[0] > now]
        self.seen += [number for _, _, number in due]

    def is_busy(self, now):
        """Whether anything waits, and somebody to handle it."""
        due = [timer for timer in self.timers if timer[0] <= now]
        return self.alive and bool(self.stopping or due or self.waiting)

    def run(self, now):
        """Go through what waits; the reason of the end if that comes of it."""
        if self.stopping:
            return self.end(SHUTDOWN)
        self.fire(now)
        while self.waiting:
            reason = self.handle(*self.waiting.pop(0))
            if reason is not None:
                return self.end(reason)
        return None

    def handle(self, message, answer):
        if isinstance(message, Boom):
            if answer is None:
                return Crash(message)
            with pytest.raises(Boom) as raised:
                answer.get()
            assert raised.value is message
            return None
        if isinstance(message, Bye):
            assert answer is None or answer.get() is None
            return ShutdownWith(message.term)
        if message is not None:  # None stands for news of a watch that was cancelled
            self.seen.append(message)
            assert answer is None or answer.get() == len(self.seen)
        return None

    def end(self, reason):
        self.alive = False
        for _, answer in self.waiting:
            if answer is not None:
                with pytest.raises(pykka.ActorDeadError):
                    answer.get()
        assert all(end.get() is True for end in self.ends)
        self.waiting, self.timers = [], []
        for watcher in self.watchers:
            if watcher.alive:
                watcher.waiting.append((Terminated(self.ref, reason), None))
        return reason


class Lives(RuleBasedStateMachine):
    """Starts, messages, ends, watches and timers, in any order."""

    actors = Bundle("actors")
    numbers = st.integers(min_value=0, max_value=99)
    messages = st.one_of(*[numbers] * 5, numbers.map(Boom), numbers.map(Bye))
    delays = st.sampled_from([0, 1, 2, 60, 300])

    def __init__(self):
        super().__init__()
        self.dispatcher = ManualDispatcher()
        self.models = []
        self.order = 0

    def teardown(self):
        answers = [model.ref.ask(0, block=False) for model in self.models]
        self.dispatcher.close()
        for model, answer in zip(self.models, answers, strict=True):
            assert not model.ref.is_alive()
            with pytest.raises((pykka.ActorDeadError, MailboxFull)):
                answer.get()
        assert self.dispatcher.live_actors() == ()

    @initialize(target=actors)
    def start_three(self):
        return multiple(*[self.start_one() for _ in range(3)])

    @rule(target=actors)
    def start(self):
        return self.start_one()

    def start_one(self):
        seen = []
        self.models.append(Model(Subject.start(seen, dispatcher=self.dispatcher), seen))
        return self.models[-1]

    @rule(model=actors, message=messages)
    def tell(self, model, message):
        expected = refusal(model)
        if expected is not None:
            with pytest.raises(expected):
                model.ref.tell(message)
            return
        model.ref.tell(message)
        model.waiting.append((message, None))

    @rule(model=actors, message=messages)
    def ask(self, model, message):
        expected = refusal(model)
        answer = model.ref.ask(message, block=False)
        if expected is not None:
            with pytest.raises(expected):
                answer.get()
            return
        model.waiting.append((message, answer))

    @rule(model=actors)
    def stop(self, model):
        ended = model.ref.stop(block=False)
        if model.alive:
            model.stopping = True
            model.ends.append(ended)
        else:
            assert ended.get() is False

    @rule(target_model=actors, watcher=actors)
    def watch(self, target_model, watcher):
        watch(target_model.ref, watcher.ref)
        if target_model.alive and watcher.alive:
            target_model.watchers.append(watcher)
        elif watcher.alive:
            watcher.waiting.append((Terminated(target_model.ref, NO_PROC), None))

    @rule(target_model=actors, watcher=actors)
    def unwatch(self, target_model, watcher):
        unwatch(target_model.ref, watcher.ref)
        target_model.watchers = [one for one in target_model.watchers if one is not watcher]
        watcher.waiting = [
            (None, None) if is_news_of(message, target_model) else (message, answer)
            for message, answer in watcher.waiting
        ]

    @rule(model=actors, seconds=delays, cancel=st.booleans())
    def set_timer(self, model, seconds, cancel):
        actor = model.ref._actor_weakref()
        if actor is None:
            return
        timer = actor.after(seconds, seconds)
        if cancel:
            timer.cancel()
        elif model.alive:
            self.order += 1
            due = self.dispatcher.clock.now() + seconds
            model.timers.append((due, self.order, seconds))

    @rule(seconds=delays)
    def advance(self, seconds):
        began = self.dispatcher.clock.now()
        with capture_logs():
            self.dispatcher.advance(seconds)
        while busy := [model for model in self.models if model.is_busy(began)]:
            for model in busy:
                model.run(began)
        for model in self.models:
            model.fire(began + seconds)

    @invariant()
    def the_dispatcher_knows_who_lives(self):
        alive = tuple(model.ref for model in self.models if model.ref.is_alive())
        assert self.dispatcher.live_actors() == alive
        assert alive == tuple(model.ref for model in self.models if model.alive)

    @invariant()
    def everybody_has_seen_what_they_should(self):
        for model in self.models:
            assert told(model.actual) == told(model.seen)
            assert news(model.actual) == news(model.seen)

    @invariant()
    def no_monitor_is_left_with_the_dead(self):
        assert all(len(StopFlag.of(m.ref).ties) == 0 for m in self.models if not m.alive)


def refusal(model):
    """Return the error that a message to the actor meets, or None."""
    if not model.alive:
        return pykka.ActorDeadError
    return MailboxFull if len(model.waiting) >= BOUND else None


def is_news_of(message, target):
    return isinstance(message, Terminated) and message.ref is target.ref


def told(messages):
    return [message for message in messages if not isinstance(message, Terminated)]


def news(messages):
    return Counter(
        (str(message.ref), str(message.reason))
        for message in messages
        if isinstance(message, Terminated)
    )


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
