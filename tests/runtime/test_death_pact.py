"""News of an end that nobody handles is never dropped (M9)."""

from __future__ import annotations

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    SHUTDOWN,
    Actor,
    Crash,
    DeathPact,
    Exit,
    Terminated,
    handles,
    link,
    unwatch,
    watch,
)


class Silent(Actor):
    """Has no handler at all; is used by its methods."""

    def hello(self):
        return "hello"


class Trapping(Silent):
    """Says that it traps exits, and then does not handle them."""

    trap_exits = True


class Handling(Silent):
    """Handles the news, and nothing else."""

    def __init__(self):
        super().__init__()
        self.seen = []

    @handles(Terminated, Exit)
    def on_end(self, news):
        self.seen.append(news)


class Receiving(Silent):
    """Takes whatever comes."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_receive(self, message):
        self.seen.append(message)


@pytest.fixture
def logs():
    with capture_logs() as entries:
        yield entries


def die(manual, target):
    target.stop(block=False)
    manual.run_until_idle()


def test_m9_a_watcher_without_a_handler_crashes_with_a_death_pact(manual, record, logs):
    target, _ = record(manual)
    silent = Silent.start(dispatcher=manual)
    watcher, news = record(manual)
    watch(silent, watcher)
    watch(target, silent)
    die(manual, target)
    assert not silent.is_alive()
    (told,) = news
    error = told.reason.error
    assert isinstance(told.reason, Crash)
    assert isinstance(error, DeathPact)
    assert (error.ref, error.reason) == (target, SHUTDOWN)
    assert str(error).startswith(f"{target} ended with Shutdown()")
    assert [entry["event"] for entry in logs] == ["actor_crashed"]


@pytest.mark.parametrize("actor_class", [Handling, Receiving])
def test_m9_a_watcher_that_handles_the_news_or_anything_lives(manual, record, logs, actor_class):
    target, _ = record(manual)
    ref = actor_class.start(dispatcher=manual)
    watch(target, ref)
    die(manual, target)
    assert ref.is_alive()
    assert ref._actor_weakref().seen == [Terminated(target, SHUTDOWN)]
    assert logs == []


def test_m9_whoever_stopped_watching_is_bound_by_nothing(manual, record, logs):
    target, _ = record(manual)
    silent = Silent.start(dispatcher=manual)
    watch(target, silent)
    unwatch(target, silent)
    die(manual, target)
    assert silent.is_alive()


def test_m9_a_trapped_exit_without_a_handler_is_a_death_pact_too(manual, record, logs):
    target, _ = record(manual)
    trapping = Trapping.start(dispatcher=manual)
    watcher, news = record(manual)
    watch(trapping, watcher)
    link(target, trapping)
    die(manual, target)
    assert isinstance(news[0].reason.error, DeathPact)


def test_m9_a_trapped_exit_that_is_handled_is_none(manual, record, logs):
    target, _ = record(manual)

    class Parent(Handling):
        trap_exits = True

    parent = Parent.start(dispatcher=manual)
    link(target, parent)
    die(manual, target)
    assert parent._actor_weakref().seen == [Exit(target, SHUTDOWN)]


def test_m9_a_plain_watcher_gets_a_message_like_any_other(manual, record):
    """What becomes of messages without a handler is pykka's business there: it logs them."""

    class Plain(pykka.ThreadingActor):
        seen = None

        def on_receive(self, message):
            self.seen = message

    plain = Plain.start()
    try:
        target, _ = record(manual)
        watch(target, plain)
        die(manual, target)
        assert plain.proxy().seen.get(timeout=5) == Terminated(target, SHUTDOWN)
    finally:
        plain.stop()
