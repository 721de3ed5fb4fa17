"""What the types of the public API promise; mypy checks this file, nothing runs it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_type

import greenroom
from greenroom import (
    Cancelled,
    Collected,
    Completed,
    Deadlines,
    Flow,
    Outcome,
    QueuedTurn,
    RateLimited,
    Secret,
    Session,
    SessionInfo,
    System,
    Turn,
)
from greenroom_protocol.claude import Assistant


def ask_with_threads(system: System) -> None:
    session = system.session(
        model="opus", cwd=Path(), allowed_tools=["Bash"], api_key=Secret("…"), max_turns=3
    )
    assert_type(session, Session)
    turn = session.ask("hello", deadlines=Deadlines(total=5), model="haiku")
    assert_type(turn, Turn)
    assert_type(turn.result(), Completed)
    assert_type(turn.text(), str)
    assert_type(turn.outcome(timeout=1), Outcome)
    assert_type(turn.texts(), Flow[str])
    assert_type(turn.texts().map(len), Flow[int])
    assert_type(turn.texts().filter(str.isupper), Flow[str])
    assert_type(turn.collect(), Collected)
    assert_type(session.queued(), tuple[QueuedTurn, ...])
    assert_type(session.info, SessionInfo)
    session.edit(turn, [{"type": "text", "text": "blocks"}])
    for text in turn.texts():
        assert_type(text, str)


async def ask_with_asyncio(session: Session) -> None:
    turn = session.ask("hello")
    async for text in turn.text_deltas():
        assert_type(text, str)
    assert_type(await turn, Completed)
    assert_type(await turn.aoutcome(), Outcome)
    assert_type(await turn.acollect(), Collected)


def frames_are_told_apart_by_their_classes(turn: Turn) -> None:
    for frame in turn:
        if isinstance(frame, Assistant):
            assert_type(frame.parent_tool_use_id, str | None)


def outcomes_are_a_closed_union(outcome: Outcome) -> str:
    match outcome:
        case Completed(text=text):
            return text
        case RateLimited(resets_at=when):
            assert_type(when, float | None)
            return "later"
        case Cancelled():
            return "never"
        case _:
            assert_type(outcome.code, str)
            return outcome.code


def wrong_options_are_seen_by_the_type_checker(system: System) -> None:
    system.session(modle="opus")  # type: ignore[call-arg]
    system.session(max_turns="3")  # type: ignore[arg-type]
    greenroom.ask("hello", permission_mode="bypassPermissions")  # type: ignore[call-overload]


def tools(names: Sequence[str], turn: Turn) -> list[Any]:
    return [done for name in names for done in turn.tool_results(name)]
