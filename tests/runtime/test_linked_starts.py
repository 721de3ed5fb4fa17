"""Actors that are linked before they run (M8)."""

from __future__ import annotations

import queue

import pykka
import pytest

from greenroom.runtime import SHUTDOWN, Exit
from tests.runtime.peers import CRASH, Peer, Plain, Trapper, end, ties


def test_m8_a_linked_start_ties_both(manual, peers):
    parent, seen, _ = peers(Trapper)
    parent.tell(lambda actor: refs.append(actor.start_linked(Peer, ["argument"])))
    refs = []
    manual.run_until_idle()
    assert ties(refs[0]) == [1]
    end(manual, refs[0], CRASH)
    assert seen == [Exit(refs[0], CRASH)]


def test_m8_a_child_that_fails_at_its_first_message_was_linked_before(manual, peers):
    class Hasty(Peer):
        def __init__(self):
            super().__init__()
            self.actor_ref.tell(CRASH)

    parent, seen, _ = peers(Trapper)
    parent.tell(lambda actor: refs.append(actor.start_linked(Hasty)))
    refs = []
    manual.run_until_idle()
    assert seen == [Exit(refs[0], CRASH)]


def test_m8_a_child_on_another_dispatcher_is_linked_before_it_runs(loop, manual, peers):
    """Without the link in the start, one that ends at once would be told as NoProc."""

    class Hasty(Peer):
        def __init__(self):
            super().__init__()
            self.actor_ref.tell(SHUTDOWN)

    parent, seen, _ = peers(Trapper)
    for count in range(1, 101):
        parent.tell(lambda actor: actor.start_linked(Hasty, dispatcher=loop) and None)
        manual.run_until(lambda count=count: len(seen) == count)
    assert {type(news.reason) for news in seen} == {type(SHUTDOWN)}


@pytest.mark.parametrize("where", ["__init__", "on_start"])
@pytest.mark.parametrize("actor_class", [Peer, Trapper])
def test_m8_a_linked_start_that_fails_raises_and_signals_nothing(manual, peers, actor_class, where):
    class Failing(Peer):
        def __init__(self):
            super().__init__()
            if where == "__init__":
                raise ValueError(where)

        def on_start(self):
            raise ValueError(where)

    parent, seen, news = peers(actor_class)
    failed = parent.ask(lambda actor: actor.start_linked(Failing), block=False)
    manual.run_until_idle()
    with pytest.raises(ValueError, match=where):
        failed.get()
    assert (parent.is_alive(), seen, news, ties(parent)) == (True, [], [], [1])


def test_m8_a_plain_class_can_be_started_linked(manual, peers):
    ended = queue.SimpleQueue()
    parent, _, _ = peers()
    parent.tell(lambda actor: refs.append(actor.start_linked(Plain, ended)))
    refs = []
    manual.run_until_idle()
    assert pykka.ActorRegistry.get_by_urn(refs[0].actor_urn) == refs[0]
    end(manual, parent, CRASH)
    assert ended.get(timeout=5) == "on_stop"


def test_m8_a_plain_class_with_a_start_of_its_own_is_started_by_that(manual, peers):
    class Particular(Plain):
        @classmethod
        def start(cls, *args, **kwargs):
            started.append(cls)
            return super().start(*args, **kwargs)

    started, refs = [], []
    ended = queue.SimpleQueue()
    parent, _, _ = peers()
    parent.tell(lambda actor: refs.append(actor.start_linked(Particular, ended)))
    manual.run_until_idle()
    assert started == [Particular]
    end(manual, parent, SHUTDOWN)
    assert ended.get(timeout=5) == "on_stop"


def test_m8_a_plain_class_takes_no_dispatcher(manual, peers):
    parent, _, _ = peers()
    asked = parent.ask(lambda actor: actor.start_linked(Plain, dispatcher=manual), block=False)
    manual.run_until_idle()
    with pytest.raises(TypeError, match="thread of its own"):
        asked.get()
