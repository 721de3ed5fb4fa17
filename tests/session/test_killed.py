"""A session that is killed takes its processes along at once."""

from __future__ import annotations

import os

from greenroom import Cancelled
from greenroom.runtime import KILLED, Actor, Terminated, handles
from greenroom.runtime.killing import kill
from greenroom.testing import Scenario
from greenroom.testing.scenario import Text, Wait

UNWILLING = Scenario(
    turns=[[Text("so far"), Wait()]],
    on_eof="ignore",
    on_sigterm="ignore",
    on_interrupt="ignore",
)


class Watcher(Actor):
    """Keeps what it learns of an end, and whether the process was gone by then."""

    def __init__(self, ref, pid, seen):
        super().__init__()
        self.ref, self.pid, self.seen = ref, pid, seen

    def on_start(self):
        self.watch(self.ref)

    @handles(Terminated)
    def on_terminated(self, news):
        self.seen.append((news.reason, alive(self.pid)))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_g2_a_killed_session_is_down_when_its_process_is(play, system, eventually):
    session = play(UNWILLING)
    turn = session.ask("hello")
    frames = iter(turn)
    next(frames)
    pid, seen = session.info.pid, []
    Watcher.start(session.actor_ref, pid, seen, dispatcher=system.dispatcher)
    kill(session.actor_ref).get(timeout=3)
    eventually(lambda: seen)
    assert seen == [(KILLED, False)]
    assert isinstance(turn.outcome(1), Cancelled)


def test_g2_a_kill_hastens_a_stop_that_is_under_way(play, system):
    session = play(UNWILLING)
    frames = iter(session.ask("hello"))
    next(frames)
    stopping = session.actor_ref.stop(block=False)
    kill(session.actor_ref).get(timeout=3)
    assert stopping.get(timeout=1)


def test_g2_a_killed_fan_takes_all_its_queries_along(play, system):
    session = play(UNWILLING, parallel=True, max_parallel=2)
    turns = [session.ask("hello") for _ in range(3)]
    readers = [iter(turn) for turn in turns[:2]]
    for frames in readers:
        next(frames)
    kill(session.actor_ref).get(timeout=3)
    assert all(isinstance(turn.outcome(1), Cancelled) for turn in turns)
