"""Supervisors among the actors of a system: sessions as children, and the end of both."""

from __future__ import annotations

import os
import signal

import pytest

from greenroom import ChildSpec, Recovery, System
from greenroom.events import ChildExited, ChildRestarted
from greenroom.runtime import Actor, handles
from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Reply
from greenroom.values.errors import SessionStoppedError


class Listener(Actor):
    """Keeps what it is told."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    @handles(ChildExited, ChildRestarted)
    def on_report(self, report):
        self.heard.append(report)


@pytest.fixture(name="options")
def _options(simulator, tmp_path):
    def options(*scenarios):
        installed = simulator(*scenarios)
        return {"executable": installed.path, "cwd": tmp_path, "api_key": "not-a-real-key"}

    return options


def test_a_session_that_gave_up_is_started_anew_by_its_supervisor(system, options, eventually):
    dying = Scenario(requests={"initialize": Reply(after=[Exit(1)])})
    given, heard, made = options(dying, dying, Scenario()), [], []
    listener = Listener.start(heard, dispatcher=system.dispatcher)
    system.events.subscribe(listener, ChildExited, ChildRestarted)

    def open_session():
        made.append(system.session(warm=True, recovery=Recovery(intensity=1, eager=True), **given))
        return made[-1]

    tree = system.supervise([ChildSpec(id="clerk", start=open_session)], intensity=3)
    eventually(lambda: len(made) == 2)
    assert made[-1].ask("hello").result(10).text == "You said: hello"
    eventually(lambda: len(heard) == 2)
    assert [type(report) for report in heard] == [ChildExited, ChildRestarted]
    assert heard[0].child == "'clerk'"
    (child,) = tree.which_children().get(timeout=5)
    assert child.ref == made[-1].actor_ref


def test_a_session_whose_process_dies_is_no_business_of_its_supervisor(system, options, eventually):
    given, made = options(), []

    def open_session():
        made.append(system.session(warm=True, recovery=Recovery(eager=True), **given))
        return made[-1]

    system.supervise([ChildSpec(id="clerk", start=open_session)])
    eventually(lambda: made[0].info.pid is not None)
    pid = made[0].info.pid
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: made[0].info.pid not in {None, pid})
    assert len(made) == 1


def test_the_end_of_a_system_is_the_end_of_its_supervisors_and_starts_nothing(options):
    given, made = options(), []
    with System(configuration={}) as own:

        def open_session():
            made.append(own.session(warm=True, **given))
            return made[-1]

        tree = own.supervise([ChildSpec(id="clerk", start=open_session)], intensity=100)
        assert made[0].ask("hello").result(10).text
    assert len(made) == 1
    assert not tree.actor_ref.is_alive()
    with pytest.raises(SessionStoppedError):
        own.supervise()
