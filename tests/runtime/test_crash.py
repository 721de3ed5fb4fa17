"""Failures: of the one actor that fails, known to its watchers, and of nobody else (P2, P5)."""

from __future__ import annotations

import asyncio
import sys

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import Actor, Crash, Terminated

BASE_EXCEPTIONS = [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError]


class Fragile(Actor):
    """Raises what it is sent, if that can be raised."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        return message

    def on_stop(self):
        self.log.append("on_stop")

    def on_failure(self, exception_type, exception_value, traceback):
        self.log.append((exception_type, exception_value, traceback is not None))


class Plain(pykka.ThreadingActor):
    """A stranger's actor."""

    def on_receive(self, message):
        return message


@pytest.fixture
def fragile(manual):
    """A fragile actor, its log, and what its watcher has seen."""
    log = []
    return Fragile.start(log, dispatcher=manual), log


@pytest.fixture
def logs():
    with capture_logs() as entries:
        yield entries


def test_a_failing_told_message_ends_the_actor(fragile, manual, record, logs):
    ref, log = fragile
    watcher, seen = record(manual)
    ref.monitor(watcher)
    error = ValueError("no")
    ref.tell(error)
    manual.run_until_idle()
    assert log == [(ValueError, error, True)]
    assert seen == [Terminated(ref, Crash(error))]
    assert not ref.is_alive()
    assert [entry["event"] for entry in logs] == ["actor_crashed"]


def test_a_crash_is_logged_with_its_traceback_and_without_local_variables(fragile, manual, logs):
    ref, _ = fragile
    secret = "hunter2"  # noqa: F841 - a local variable of a frame in the traceback
    ref.tell(ValueError("no"))
    manual.run_until_idle()
    (entry,) = logs
    assert "in on_receive" in entry["stack"]
    assert "Fragile" in entry["actor"]
    assert "hunter2" not in str(entry)


def test_the_actor_counts_as_alive_until_on_failure_has_run_p2(manual, logs):
    class Slow(Actor):
        def on_receive(self, _message):
            raise ValueError

        def on_failure(self, *_exc_info):
            alive.append((self.actor_ref.is_alive(), manual.live_actors()))

    alive = []
    ref = Slow.start(dispatcher=manual)
    ref.tell("fail")
    manual.run_until_idle()
    assert alive == [(True, (ref,))]
    assert not ref.is_alive()


def test_an_on_failure_that_fails_is_contained(manual, record, logs):
    class Unlucky(Fragile):
        def on_failure(self, *_exc_info):
            raise SystemExit("worse")

    ref = Unlucky.start([], dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    error = ValueError("first")
    ref.tell(error)
    manual.run_until_idle()
    assert seen == [Terminated(ref, Crash(error))]
    assert [entry["event"] for entry in logs] == ["actor_crashed", "actor_cleanup_failed"]


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
def test_an_asker_gets_whatever_the_handler_raises_and_the_actor_ends_p5(
    fragile, manual, record, logs, kind
):
    ref, log = fragile
    watcher, seen = record(manual)
    ref.monitor(watcher)
    error = kind("no")
    answer = ref.ask(error, block=False)
    manual.run_until_idle()
    with pytest.raises(kind) as raised:
        answer.get()
    assert raised.value is error
    assert seen == [Terminated(ref, Crash(error))]
    assert log == [(kind, error, True)]


@pytest.mark.parametrize("kind", BASE_EXCEPTIONS)
def test_nobody_else_ends_with_it_p5(loop, logs, kind):
    plain = Plain.start()
    try:
        victim, other = (Fragile.start([], dispatcher=loop) for _ in range(2))
        victim.tell(kind("no"))
        assert other.ask("alive") == "alive"
        assert plain.ask("alive", timeout=5) == "alive"
        assert loop.live_actors() == (other,)
    finally:
        plain.stop()


def test_an_actor_that_crashes_may_take_its_time_to_release_things(manual, record, logs):
    class Owner(Fragile):
        def on_stop_request(self, reason):
            self.log.append(reason)
            self.after(5, "child reaped")
            return False

        def on_receive(self, message):
            if message == "child reaped":
                self.terminate()
            return super().on_receive(message)

    error, log = ValueError("no"), []
    ref = Owner.start(log, dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ref.tell(error)
    manual.advance(4)
    assert seen == []
    manual.advance(1)
    assert seen == [Terminated(ref, Crash(error))]
    assert log == [Crash(error), (ValueError, error, True)]


def test_a_second_crash_while_it_does_ends_it_at_once_with_the_first(manual, record, logs):
    class Owner(Fragile):
        def on_stop_request(self, reason):
            del reason
            return False

    ref = Owner.start([], dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    first = ValueError("first")
    for error in (first, ValueError("second")):
        ref.tell(error)
    manual.run_until_idle()
    assert seen == [Terminated(ref, Crash(first))]


def test_a_crash_during_a_stop_is_told_as_a_crash(manual, record, logs):
    class Owner(Fragile):
        def on_stop_request(self, reason):
            del reason
            return False

    ref = Owner.start([], dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ended = ref.stop(block=False)
    manual.run_until_idle()
    error = ValueError("while stopping")
    ref.tell(error)
    manual.run_until_idle()
    assert ended.get() is True
    assert seen == [Terminated(ref, Crash(error))]


def test_a_crash_is_not_glossed_over_by_a_termination(manual, record, logs):
    class Owner(Fragile):
        def on_stop_request(self, reason):
            del reason
            self.terminate()
            return True

    ref = Owner.start([], dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    error = ValueError("no")
    ref.tell(error)
    manual.run_until_idle()
    assert seen == [Terminated(ref, Crash(error))]


def test_a_message_that_terminates_and_then_fails_is_a_crash(manual, record, logs):
    class Hasty(Fragile):
        def on_receive(self, message):
            self.terminate()
            raise message

    ref = Hasty.start([], dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    error = ValueError("no")
    ref.tell(error)
    manual.run_until_idle()
    assert seen == [Terminated(ref, Crash(error))]


def test_an_actor_may_end_with_a_crash_that_nothing_raised(manual, record, logs):
    class Port(Fragile):
        def on_receive(self, message):
            self.terminate(Crash(message))

    log, error = [], OSError("the child exited")
    ref = Port.start(log, dispatcher=manual)
    watcher, seen = record(manual)
    ref.monitor(watcher)
    ref.tell(error)
    manual.run_until_idle()
    assert seen == [Terminated(ref, Crash(error))]
    assert log == [(OSError, error, False)]
    assert logs == []


def test_a_broken_logging_setup_does_not_stop_the_dispatcher(fragile, manual, monkeypatch, capsys):
    class Broken:
        def get_logger(self, _name):
            raise SystemExit("logging is broken")

    monkeypatch.setitem(sys.modules, "structlog", Broken())
    ref, log = fragile
    ref.tell(ValueError("no"))
    manual.run_until_idle()
    assert len(log) == 1
    assert "ValueError: no" in capsys.readouterr().err
