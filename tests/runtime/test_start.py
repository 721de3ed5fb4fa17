"""Starting: a live actor, or the error, and nothing left behind (P3, P4, P10)."""

from __future__ import annotations

import gc
import signal
import threading
import weakref

import pykka
import pytest

from greenroom.runtime import (
    Actor,
    ActorRef,
    Crash,
    DispatcherClosed,
    LoopDispatcher,
    Terminated,
    WouldBlock,
)


class Failing(Actor):
    """Fails where it is told to, having let everybody know itself."""

    known = None

    def __init__(self, where, error):
        super().__init__()
        type(self).known = self.actor_ref
        self.error = error if where == "on_start" else None
        self.after(300, "timer of a dead actor")
        if where == "__init__":
            raise error

    def on_start(self):
        if self.error is not None:
            raise self.error

    def on_stop(self):
        raise AssertionError("never lived")

    on_failure = on_stop


class Threads(Actor):
    """Notes on which thread it is born."""

    def __init__(self):
        super().__init__()
        self.of_init = threading.get_ident()

    def on_start(self):
        self.of_start = threading.get_ident()

    def on_receive(self, _message):
        return self.of_init, self.of_start, threading.get_ident()


class Parent(Actor):
    """Starts a child when told to."""

    def on_receive(self, message):
        child_class, *args = message
        return child_class.start(*args)


def test_start_returns_a_live_actor(loop):
    ref = Threads.start(dispatcher=loop)
    assert isinstance(ref, ActorRef)
    assert ref.is_alive()
    assert loop.live_actors() == (ref,)


def test_the_constructor_runs_with_the_caller_and_all_else_on_the_dispatcher(loop):
    of_init, of_start, of_receive = Threads.start(dispatcher=loop).ask("where?")
    assert of_init == threading.get_ident()
    assert of_start == of_receive != of_init


@pytest.mark.parametrize("where", ["__init__", "on_start"])
@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
def test_start_raises_what_kept_the_actor_from_living_p3_p4(loop, where, kind):
    error = kind("no")
    with pytest.raises(kind) as raised:
        Failing.start(where, error, dispatcher=loop)
    assert raised.value is error
    assert loop.live_actors() == ()


@pytest.mark.parametrize("where", ["__init__", "on_start"])
def test_a_failed_start_leaves_nothing_that_accepts_messages_p3(manual, where):
    with pytest.raises(ValueError, match="no"):
        Failing.start(where, ValueError("no"), dispatcher=manual)
    assert not Failing.known.is_alive()
    with pytest.raises(pykka.ActorDeadError):
        Failing.known.tell("hello")
    assert manual._timers.next_due() is None


def test_a_question_to_an_actor_whose_start_fails_is_answered(manual):
    class Curious(Failing):
        def on_start(self):
            questions.append(self.actor_ref.ask("alive?", block=False))
            super().on_start()

    questions = []
    with pytest.raises(ValueError, match="no"):
        Curious.start("on_start", ValueError("no"), dispatcher=manual)
    with pytest.raises(pykka.ActorDeadError):
        questions[0].get()


def test_a_watcher_of_an_actor_whose_start_fails_is_told(manual, record):
    class Watched(Failing):
        def on_start(self):
            self.actor_ref.monitor(watcher)
            super().on_start()

    watcher, seen = record(manual)
    error = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        Watched.start("on_start", error, dispatcher=manual)
    manual.run_until_idle()
    assert seen == [Terminated(Watched.known, Crash(error))]


def test_an_actor_starts_a_child_on_its_own_dispatcher_inline(loop):
    child = Parent.start(dispatcher=loop).ask([Threads])
    assert child.dispatcher is loop
    of_init, of_start, of_receive = child.ask("where?")
    assert of_init == of_start == of_receive


def test_a_child_that_fails_to_start_is_its_parents_error(loop):
    parent = Parent.start(dispatcher=loop)
    with pytest.raises(ValueError, match="no"):
        parent.ask([Failing, "on_start", ValueError("no")])
    assert loop.live_actors() == (parent,)


def test_messages_sent_before_the_start_are_handled_after_on_start(manual):
    class Eager(Actor):
        def __init__(self):
            super().__init__()
            self.actor_ref.tell("from __init__")

        def on_start(self):
            log.append("on_start")
            self.actor_ref.tell("from on_start")

        def on_receive(self, message):
            log.append(message)

    log = []
    Eager.start(dispatcher=manual)
    manual.run_until_idle()
    assert log == ["on_start", "from __init__", "from on_start"]


def test_an_actor_that_terminates_in_on_start_is_not_returned(manual):
    class ShortLived(Actor):
        def on_start(self):
            self.terminate()

        def on_stop(self):
            log.append("on_stop")

    log = []
    with pytest.raises(pykka.ActorDeadError, match="ended itself in on_start"):
        ShortLived.start(dispatcher=manual)
    assert log == ["on_stop"]
    assert manual.live_actors() == ()


def test_without_a_dispatcher_there_is_no_start():
    with pytest.raises(TypeError, match="needs `dispatcher=`"):
        Threads.start()


def test_an_actor_is_not_constructed_directly():
    with pytest.raises(TypeError, match=r"Threads\.start\("):
        Threads()


def test_a_constructor_that_forgets_super_is_named(manual):
    class Forgetful(Actor):
        def __init__(self):
            """No super()."""

    with pytest.raises(TypeError, match=r"Forgetful\.__init__ did not call super"):
        Forgetful.start(dispatcher=manual)


@pytest.mark.parametrize("actor_class", [Actor, Threads])
def test_a_closed_dispatcher_starts_nothing(loop, actor_class):
    loop.close()
    with pytest.raises(DispatcherClosed):
        actor_class.start(dispatcher=loop)


def test_a_start_that_the_dispatcher_refuses_leaves_nothing_that_accepts_messages(loop):
    class Known(Actor):
        def __init__(self):
            super().__init__()
            known.append(self.actor_ref)

        def on_start(self):
            raise AssertionError("too late")

    known = []
    loop.close()
    with pytest.raises(DispatcherClosed):
        Known.start(dispatcher=loop)
    with pytest.raises(pykka.ActorDeadError):
        known[0].ask("alive?")


def test_starting_on_another_dispatcher_would_block_and_does_not(loop):
    class Emigrant(Actor):
        def on_receive(self, dispatcher):
            Threads.start(dispatcher=dispatcher)

    with LoopDispatcher(name="abroad") as abroad:
        with pytest.raises(WouldBlock):
            Emigrant.start(dispatcher=loop).ask(abroad)
        assert abroad.live_actors() == ()


def test_an_interrupt_while_waiting_for_the_start_leaves_nothing(loop):
    class Slow(Actor):
        def on_start(self):
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            gate.wait(5)

    gate = threading.Event()
    with pytest.raises(KeyboardInterrupt):
        Slow.start(dispatcher=loop)
    gate.set()
    Threads.start(dispatcher=loop).stop()  # a round trip: the stop of the other came first
    assert loop.live_actors() == ()


def test_an_actor_is_in_no_global_registry_p10(manual, record):
    ref, _ = record(manual)
    assert ref not in pykka.ActorRegistry.get_all()
    pykka.ActorRegistry.stop_all()
    manual.run_until_idle()
    assert ref.is_alive()


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_a_dead_actor_is_freed_at_once_and_not_by_the_garbage_collector(manual, end):
    class Heavy(Actor):
        def on_receive(self, _message):
            bodies.append(weakref.ref(self))
            if end == "crash":
                raise ValueError("no")

    bodies = []
    ref = Heavy.start(dispatcher=manual)
    ref.tell("show yourself")
    gc.disable()
    try:
        manual.run_until_idle()
        ref.stop(block=False)
        manual.run_until_idle()
        assert bodies[0]() is None
    finally:
        gc.enable()


def test_a_live_actor_outlives_its_references(manual, record):
    record(manual)
    gc.collect()
    (ref,) = manual.live_actors()
    assert ref.is_alive()
