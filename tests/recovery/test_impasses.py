"""What is wrong with the conversation of one turn says nothing of the end of another."""

from __future__ import annotations

import pytest

from greenroom import Interrupted
from greenroom.session.events import ConversationReset, ProcessLost
from greenroom.testing import factories

POISON = {"api_error": "tool_history_mismatch", "api_error_type": "invalid_request_error"}


def poisoned_and_cancelled(session):
    """A turn that nobody waits for any more meets poison."""
    session.ask("x")
    session.process.begin()
    session.cancel("x")
    session.process.refuse(400, "invalid_request", **POISON)


def poisoned_of_its_own(session):
    """The CLI meets poison in a turn that nobody of ours asked for."""
    session.process.say(
        factories.system_init(prompts=["foreign"]),
        factories.assistant_text("no", error="invalid_request"),
        factories.api_error(400, "API Error", prompt="foreign", **POISON),
    )


@pytest.mark.parametrize("idle", [True, False], ids=["between-turns", "before-a-turn-begins"])
def test_a_turn_that_crashes_after_poison_in_another_is_not_asked_again(host, idle):
    session = host.session()
    session.ask("one")
    session.greet().answer()
    if idle:
        poisoned_and_cancelled(session)
        turn = session.ask("pay")
    else:
        turn = session.ask("pay")
        poisoned_of_its_own(session)
    process = session.process.begin()
    process.say(factories.tool_use())
    process.kill()
    outcome = turn.get(timeout=0)
    assert (type(outcome), outcome.code) == (Interrupted, "outcome_unknown")
    host.advance(100)
    prompts = [uuid for one in session.spawner.processes for uuid in one.prompts]
    assert [uuid for uuid in prompts if uuid != "x"] == ["one", "pay"]
    assert host.told(ConversationReset) == []


def test_the_loss_of_the_process_counts_then(host):
    session = host.session()
    session.ask("one")
    session.greet().answer()
    poisoned_and_cancelled(session)
    session.ask("two")
    session.crash()
    assert session.info.losses == len(host.told(ProcessLost)) == 1
