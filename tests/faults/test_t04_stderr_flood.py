"""T4: a flood on stderr, which the CLI writes without ever waiting for its reader."""

import time

import pytest

from greenroom import Completed, Interrupted
from greenroom.testing.scenario import Exit, Stderr, StderrFlood, Text

MIB = 1024 * 1024
KEPT = 64 * 1024

FLOODS = {
    "200 MB of lines": StderrFlood(200_000_000),
    "20 MB without a newline": StderrFlood(20_000_000, line=0),
    "20 MB that is no text": StderrFlood(20_000_000, binary=True),
}

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_the_turn_completes(scene, flood):
    turn = scene.ask(scene.play([Text("before"), flood, Text("after")]))
    outcome = scene.outcome(turn, within=60)
    assert (type(outcome), outcome.text) == (Completed, "after")


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_of_a_crash_the_last_words_are_kept_and_no_more(scene, flood):
    turn = scene.ask(scene.play([flood, Stderr("\nlast words\n"), Exit(3)]))
    outcome = scene.outcome(turn, within=60)
    assert (type(outcome), outcome.exit_code) == (Interrupted, 3)
    tail = outcome.context.stderr_tail
    assert tail.rstrip().endswith("last words")
    assert KEPT / 2 < len(tail) <= KEPT


def test_a_session_beside_it_is_served_meanwhile(scene):
    flooding = scene.ask(scene.play([StderrFlood(200_000_000), Text("done")]))
    beside = scene.play([Text("quick")])
    while not flooding.done:
        started = time.monotonic()
        assert scene.outcome(scene.ask(beside), within=10).text == "quick"
        assert time.monotonic() - started < 5
    assert scene.outcome(flooding, within=60).text == "done"
