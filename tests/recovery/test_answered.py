"""What the API refuses after it had answered is of this very turn: it is never asked again."""

from __future__ import annotations

import pytest

from greenroom import Recovery, Rejected
from greenroom.session.events import ConversationReset
from greenroom.session.resumption import Past
from greenroom.structured import Shape
from greenroom.testing import factories
from tests.recovery.virtual import ENTRY

FRESH = Recovery(fresh=True)
NUMBERS = Shape.of(dict[str, int])
POISON = {"api_error": "tool_history_mismatch", "api_error_type": "invalid_request_error"}
UNNAMED = {"api_error_type": "invalid_request_error"}


def use_a_tool(process):
    process.begin().say(factories.tool_use(), factories.tool_result())


def refuse(process, **members):
    """Refuse the next request of the turn that runs."""
    prompt = process.prompts[-1]
    process.say(
        factories.assistant_text("no", error="invalid_request"),
        factories.api_error(400, "API Error", prompt=prompt, **members),
    )


def sent(session):
    """The ids of all prompts that were sent, by process."""
    return [process.prompts for process in session.spawner.processes]


@pytest.mark.parametrize("members", [POISON, UNNAMED], ids=["poisoned", "unnamed"])
@pytest.mark.parametrize("idempotent", [False, True])
def test_a_turn_that_used_a_tool_is_not_asked_again_when_the_api_refuses_it_then(
    host, members, idempotent
):
    session = host.session(recovery=FRESH)
    session.ask("one")
    session.greet().answer()
    turn = session.ask("pay", idempotent=idempotent)
    use_a_tool(session.process)
    refuse(session.process, **members)
    outcome = turn.get(timeout=0)
    assert (type(outcome), outcome.context.begun) == (Rejected, True)
    assert sent(session) == [["one", "pay"]]
    assert host.told(ConversationReset) == []


@pytest.mark.parametrize("members", [POISON, UNNAMED], ids=["poisoned", "unnamed"])
def test_nor_is_one_that_follows_a_prompt_that_was_refused(host, members):
    session = host.session(recovery=FRESH)
    session.ask("one")
    session.greet().answer()
    bad = session.ask("bad")
    session.process.refuse(400, "unknown", **UNNAMED)
    assert type(bad.get(timeout=0)) is Rejected
    turn = session.ask("pay")
    use_a_tool(session.process)
    refuse(session.process, **members)
    assert type(turn.get(timeout=0)) is Rejected
    assert sent(session) == [["one", "bad", "pay"]]
    assert host.told(ConversationReset) == []


def test_one_that_the_api_refuses_before_it_answered_is_still_asked_again(host):
    """After one that it did answer: what is noted of a turn ends with it."""
    session = host.session()
    session.ask("one")
    session.greet().answer()
    turn = session.ask("two")
    session.process.refuse(400, "invalid_request", **POISON)
    session.greet().answer("there")
    assert turn.get(timeout=0).text == "there"
    [[_, first], [second]] = sent(session)
    assert first == "two" != second


def test_a_turn_whose_repair_is_refused_is_not_asked_again(host):
    """The API has answered its first prompt; the second one asks for the output alone."""
    earlier = "dddddddd-0000-4000-8000-000000000001"
    session = host.session(
        json_schema=NUMBERS.schema, past=Past(session_id=earlier, entry=ENTRY), recovery=FRESH
    )
    turn = session.ask("t", shape=NUMBERS, repairs=1, options={"json_schema": NUMBERS.schema})
    process = session.greet().process
    process.say(
        factories.system_init(prompts=["t"], tools=("StructuredOutput",), session_id=earlier),
        factories.tool_use(),
        factories.tool_result(),
        factories.result_success(prompt="t", session_id=earlier),  # and no output
    )
    host.dispatcher.run_until(lambda: len(process.prompts) == 2)
    process.refuse(400, "invalid_request", session_id=earlier, **POISON)
    outcome = turn.get(timeout=0)
    assert (type(outcome), outcome.context.begun) == (Rejected, True)
    assert len(session.spawner.processes) == 1
    assert host.told(ConversationReset) == []
