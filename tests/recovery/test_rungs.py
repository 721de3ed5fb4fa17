"""Where a process began is no business of the next one, once the API has answered it."""

from __future__ import annotations

import pytest

from greenroom import LimitReached, Recovery
from greenroom.session.events import ConversationReset
from greenroom.session.messages import Recycle
from greenroom.testing import factories
from greenroom.values.ladder import Rung

ANOTHER = "aaaaaaaa-0000-4000-8000-000000000001"
LADDER = [Rung.RESUME, Rung.RESUME_AT, Rung.FORK, Rung.FRESH]


def climb(host, session, rung):
    """Have the turn in flight refused until its process begins with that rung."""
    while not (climbed := host.told(ConversationReset)) or climbed[-1].rung is not rung:
        session.process.refuse(
            400,
            "invalid_request",
            api_error="tool_history_mismatch",
            api_error_type="invalid_request_error",
        )
        session.greet()


def work_and_fail(session, session_id):
    """Have the turn in flight do much, and end with an error."""
    process = session.process
    prompt = process.prompts[-1]
    process.say(
        factories.system_init(prompts=[prompt], session_id=session_id),
        factories.assistant_text("lots of work", session_id=session_id),
        factories.result_error(
            "error_max_turns", prompt=prompt, terminal_reason="max_turns", session_id=session_id
        ),
    )


@pytest.mark.parametrize("rung", LADDER[1:])
def test_a_turn_that_worked_and_failed_is_not_dropped_with_its_process(host, rung):
    session = host.session(recovery=Recovery(fresh=True))
    session.ask("one")
    session.greet().answer()
    turn = session.ask("two")
    climb(host, session, rung)
    now = factories.SESSION_ID if rung is Rung.RESUME_AT else ANOTHER
    work_and_fail(session, now)
    assert type(turn.get(timeout=0)) is LimitReached
    session.tell(Recycle("age"))
    following = session.ask("go on")
    session.greet()
    assert session.resumed() == {"resume": now}
    session.answer("on and on", session_id=now)
    assert following.get(timeout=0).ok
    assert session.info.session_id == now
    assert [event.rung for event in host.told(ConversationReset)] == LADDER[
        : LADDER.index(rung) + 1
    ]


@pytest.mark.parametrize("rung", LADDER[1:])
def test_one_that_the_api_never_answered_is_where_the_next_process_begins_too(host, rung):
    session = host.session(recovery=Recovery(fresh=True))
    session.ask("one")
    session.greet().answer()
    session.ask("two")
    climb(host, session, rung)
    before = session.resumed()
    session.process.refuse(529, "overloaded")
    session.tell(Recycle("age"))
    session.ask("go on")
    session.greet()
    assert session.resumed() == before
