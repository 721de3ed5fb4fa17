"""A CLI that somebody else interrupts (SIGINT) ends; nobody of ours wished that: it was lost."""

from __future__ import annotations

from greenroom import Recovery
from greenroom.runtime import Backoff
from greenroom.session.events import ProcessLost, SessionGaveUp
from greenroom.testing import factories

EXACT = Backoff(jitter=0.0)


def interrupted(session):
    """Have the process abort what it does, and leave."""
    process = session.greet().process
    prompt = process.prompts[-1] if process.prompts else None
    process.say(
        factories.system_init(prompts=[] if prompt is None else [prompt]),
        factories.result_error(prompt=prompt, terminal_reason="aborted_streaming"),
    )


def test_one_interrupted_again_and_again_without_a_turn_is_given_up(host):
    session = host.session(recovery=Recovery(eager=True, intensity=4, period=1e6, backoff=EXACT))
    session.warm()
    for _ in range(4):
        interrupted(session)
        assert session.info.phase != "stopped"
        host.advance(5)
    interrupted(session)
    host.advance(1000)
    assert session.info.phase == "stopped"
    assert len(session.starts) == len(host.told(ProcessLost)) == 5
    assert len(host.told(SessionGaveUp)) == 1


def test_one_interrupted_in_each_of_its_turns_is_given_up(host):
    session = host.session(recovery=Recovery(intensity=4, period=1e6, backoff=EXACT))
    for _ in range(5):
        turn = session.ask()
        host.advance(5)
        interrupted(session)
        assert not turn.get(timeout=0).ok
    assert session.info.phase == "stopped"
    assert len(session.starts) == len(host.told(ProcessLost)) == 5


def test_it_is_not_started_again_at_once_each_time(host):
    session = host.session(recovery=Recovery(eager=True, intensity=9, period=1e6, backoff=EXACT))
    session.warm()
    pauses = []
    for _ in range(4):
        interrupted(session)
        before = host.now()
        host.advance(5)
        pauses.append(round(session.starts[-1] - before, 3))
    assert pauses == [0.0, 0.1, 0.2, 0.4]
