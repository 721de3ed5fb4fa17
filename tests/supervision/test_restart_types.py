"""Group C: who is started again, who is forgotten, and what is reported."""

from __future__ import annotations

import gc
import weakref
from functools import partial

import pytest

from greenroom.runtime import (
    NORMAL,
    SHUTDOWN,
    Actor,
    ChildExited,
    ChildNotStarted,
    ChildNotStopped,
    ChildRestarted,
    ChildSpec,
    EventStream,
    ShutdownWith,
    Supervisor,
    SupervisorGaveUp,
    kill,
)
from tests.supervision.nursery import Boom

CLEAN = [NORMAL, SHUTDOWN, ShutdownWith("done")]


@pytest.mark.parametrize("reason", [*CLEAN, None])
def test_c1_a_permanent_child_always_comes_back(nursery, reason):
    nursery.boot("a")
    first = nursery.refs()["a"]
    nursery.end("a", reason)
    assert nursery.refs()["a"] is not first
    counts = nursery.ask("count_children")
    assert (counts.specs, counts.active, counts.supervisors, counts.workers) == (1, 1, 0, 1)


@pytest.mark.parametrize("restart", ["permanent", "transient"])
def test_c1_a_child_that_was_killed_comes_back(nursery, restart):
    nursery.boot([nursery.spec("a", restart=restart)])
    first = nursery.refs()["a"]
    kill(first)
    nursery.run()
    assert nursery.refs()["a"] is not first


@pytest.mark.parametrize("reason", CLEAN)
def test_c2_a_transient_child_that_ended_cleanly_stays_known_and_does_not_run(nursery, reason):
    nursery.boot([nursery.spec("a", restart="transient")])
    nursery.end("a", reason)
    assert nursery.states() == {"a": "stopped"}
    assert nursery.ask("restart_child", "a").is_alive()


def test_c2_a_transient_child_that_crashed_comes_back(nursery):
    nursery.boot([nursery.spec("a", restart="transient")])
    nursery.end("a")
    assert nursery.states() == {"a": "running"}


@pytest.mark.parametrize("reason", [*CLEAN, None])
def test_c3_a_temporary_child_is_forgotten_however_it_ends(nursery, reason):
    nursery.boot([nursery.spec("a", restart="temporary")])
    nursery.end("a", reason)
    assert nursery.states() == {}
    assert nursery.ask("start_child", nursery.spec("a")).is_alive()


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_c3_a_temporary_child_that_a_sibling_took_down_is_forgotten(nursery, strategy):
    children = [nursery.spec("a"), nursery.spec("b", restart="temporary"), nursery.spec("c")]
    nursery.boot(children, strategy=strategy)
    nursery.end("a")
    assert nursery.states() == {"c": "running", "a": "running"}
    assert nursery.ask("start_child", nursery.spec("b")).is_alive()


class Burden:
    """Something large that a start is given."""


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("blocking", [False, True])
def test_c4_what_a_temporary_child_was_started_with_is_not_kept(nursery, dynamic, blocking):
    (nursery.boot_dynamic if dynamic else partial(nursery.boot, ""))()
    burden = Burden()
    gone = weakref.ref(burden)

    def start(_burden):
        return nursery.start("a")

    spec = ChildSpec(id="a", start=partial(start, burden), restart="temporary", blocking=blocking)
    del burden
    assert nursery.ask("start_child", spec).is_alive()
    del spec
    gc.collect()
    assert gone() is None
    if not dynamic:
        with pytest.raises(RuntimeError, match="not kept"):
            nursery.ask("get_childspec", "a").start()


def test_c4_the_first_children_are_no_exception(nursery):
    burden = Burden()
    gone = weakref.ref(burden)
    spec = ChildSpec(
        id="a", start=partial(lambda _burden: nursery.start("a"), burden), restart="temporary"
    )
    nursery.boot([spec])
    del spec, burden
    gc.collect()
    assert gone() is None
    assert nursery.states() == {"a": "running"}


def test_c4_the_arguments_of_a_template_are_no_exception(nursery):
    burden = Burden()
    gone = weakref.ref(burden)
    nursery.boot_dynamic(
        ChildSpec(id="a", start=lambda _burden: nursery.start("a"), restart="temporary")
    )
    nursery.ask("start_child", burden)
    del burden
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(("restart", "comes_back"), [("permanent", True), ("transient", False)])
def test_c5_a_supervisor_that_gave_up_ended_cleanly(nursery, reasons_of, restart, comes_back):
    inner = Supervisor.as_child("sub", nursery.specs("a"), restart=restart, intensity=0)
    nursery.boot([inner])
    sub = nursery.ask("which_children")[0].child
    reasons = reasons_of(sub.actor_ref)
    (kid,) = nursery.answer(sub.which_children())
    kid.ref.tell(Boom())
    nursery.run()
    assert reasons == [SHUTDOWN]
    assert nursery.states() == {"sub": "running" if comes_back else "stopped"}


def reported(logs):
    return [record["event"] for record in logs if record["event"].startswith("supervisor_")]


@pytest.mark.parametrize("reason", [*CLEAN, None])
@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
def test_c6_a_permanent_child_s_end_and_a_crash_are_reported_once_and_nothing_else(
    nursery, logs, restart, reason
):
    nursery.boot([nursery.spec("a", restart=restart)])
    first = nursery.refs()["a"]
    nursery.end("a", reason)
    exits = [record for record in logs if record["event"] == "supervisor_child_exited"]
    if restart != "permanent" and reason is not None:
        assert exits == []
        return
    assert exits == [
        {
            "event": "supervisor_child_exited",
            "log_level": "error",
            "supervisor": str(nursery.supervisor.actor_ref),
            "child": "'a'",
            "actor": str(first),
            "restart": restart,
            "reason": "Crash" if reason is None else type(reason).__name__,
            "error": "Boom('a')" if reason is None else None,
        }
    ]


class Listener(Actor):
    """Keeps the events it is told."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_receive(self, message):
        self.seen.append(message)


def test_c6_reports_are_published_as_well(nursery, logs):
    events, seen = EventStream(), []
    events.subscribe(Listener.start(seen, dispatcher=nursery.dispatcher))
    nursery.boot("a", events=events, intensity=2)
    nursery.end("a")
    nursery.failing.add("a")
    nursery.end("a")
    assert [type(event) for event in seen] == [
        ChildExited,
        ChildRestarted,
        ChildExited,
        ChildNotStarted,
        SupervisorGaveUp,
    ]
    assert {event.child for event in seen} == {"'a'"}
    grave = [event.event for event in seen if event.grave]
    assert [event for event in reported(logs) if event in grave] == grave


def test_c6_a_child_that_did_not_end_as_told_is_reported(nursery, logs):
    events, seen = EventStream(), []
    events.subscribe(Listener.start(seen, dispatcher=nursery.dispatcher), ChildNotStopped)
    nursery.stubborn.add("a")
    nursery.boot([nursery.spec("a", shutdown=1)], events=events)
    nursery.stop()
    nursery.dispatcher.advance(3)
    nursery.run()
    assert reported(logs) == ["supervisor_child_not_stopped"]
    assert logs[-1]["reason"] == "Killed"


def test_c6_no_secret_and_no_argument_is_reported(nursery, logs):
    secret = "sk-ant-very-secret"

    def start(token):
        raise ValueError(f"refused {token}")

    spec = ChildSpec(id="a", start=partial(start, secret))
    boot = Supervisor.begin(
        [spec], mask=lambda text: text.replace(secret, "***"), dispatcher=nursery.dispatcher
    )
    nursery.error(boot)
    assert logs[0]["error"] == "ValueError('refused ***')"
    assert secret not in str(logs)
    assert "partial" not in str(logs)


def test_c6_an_error_that_cannot_be_shown_is_reported_by_its_class(nursery, logs):
    class Mute(Exception):
        def __repr__(self):
            raise ValueError

    def start():
        raise Mute

    nursery.error(nursery.begin([ChildSpec(id="a", start=start)]))
    assert (logs[0]["reason"], logs[0]["error"]) == ("Mute", None)


def test_c6_a_long_text_is_cut(nursery, logs):
    def start():
        raise ValueError("x" * 100_000)

    nursery.error(nursery.begin([ChildSpec(id="a", start=start)]))
    assert len(logs[0]["error"]) == 1000
