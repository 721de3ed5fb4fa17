"""Names of plain pykka actors (N2, N4, N5)."""

from __future__ import annotations

import threading

import pykka
import pytest

from greenroom.runtime import AlreadyStarted, watch
from greenroom.runtime.stop_flag import StopFlag
from tests.runtime.clerks import Clerk


class Plain(pykka.ThreadingActor):
    """A stranger's actor. Names itself, if it is given a registry."""

    use_daemon_thread = True

    def __init__(self, names=None):
        super().__init__()
        self.names = names

    def on_start(self):
        if self.names is not None:
            self.names.register("stranger", self)

    def on_receive(self, message):
        return message


@pytest.fixture
def plain():
    """Start plain actors, which are stopped in the end."""
    refs = []

    def start(*args):
        refs.append(Plain.start(*args))
        return refs[-1]

    yield start
    for ref in refs:
        ref.stop()


class Onlooker:
    """A watcher that looks while it is being told."""

    actor_urn = "urn:onlooker"

    def __init__(self, look):
        self.actor_stopped = threading.Event()
        self.look = look

    def tell(self, _news):
        self.look()


def test_n2_the_name_is_free_before_anybody_is_told_m4(manual, names, plain):
    found = []
    for ref in (Clerk.start(dispatcher=manual), plain()):
        names.start("clerk", lambda ref=ref: ref)
        watch(ref, Onlooker(lambda: found.append(len(names))))
        ref.stop(block=False)
        manual.run_until(lambda ref=ref: not ref.is_alive())
    manual.run_until(lambda: len(found) == 2)
    assert found == [0, 0]


def test_n2_a_plain_actor_has_a_name_until_it_ends(names, plain):
    ref = plain(names)
    assert ref.ask("are you up?", timeout=5)
    assert names.whereis("stranger") == ref
    ref.stop()
    assert names.whereis("stranger") is None
    assert len(names) == 0


def test_n2_a_plain_class_can_be_started_under_a_name(names):
    ref = names.start("stranger", Plain)
    try:
        assert names.send("stranger", "hello") == ref
        with pytest.raises(AlreadyStarted):
            names.start("stranger", Plain)
    finally:
        ref.stop()
    assert len(names) == 0


def test_n4_a_reference_cannot_be_registered(names, clerk, plain):
    for other in (clerk, clerk.proxy(), plain(), "clerk", Clerk):
        with pytest.raises(TypeError, match="only an actor can name itself"):
            names.register("clerk", other)
    assert len(names) == 0


def test_n5_a_plain_actor_that_ended_as_its_event_became_a_flag_is_not_found(
    names, plain, monkeypatch
):
    """It sets its event as the plain one that it still was, so nothing calls us back."""
    ref = plain()
    of = StopFlag.of

    def of_one_that_dies_meanwhile(some_ref):
        flag = of(some_ref)
        if some_ref.is_alive():
            flag.__class__ = type(flag).__base__
            some_ref.stop()
            flag.__class__ = StopFlag
        return flag

    monkeypatch.setattr(StopFlag, "of", of_one_that_dies_meanwhile)
    names.start("stranger", lambda: ref)
    assert names.whereis("stranger") is None
    assert len(names) == 0
