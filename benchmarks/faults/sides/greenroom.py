"""Greenroom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.faults.answer import Answer
from greenroom import Completed, Deadlines, System

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.faults.answer import Then
    from greenroom import Turn

__all__ = ["ask", "ask_many", "ask_within", "interrupt_unread", "stay_busy"]


def ask(cli: str, env: dict[str, str], then: Then, **options: Any) -> None:
    """Ask once."""
    with System(configuration={}) as system:
        then(_see(lambda: system.ask("hello", **_options(cli, env), **options)))


def ask_within(cli: str, env: dict[str, str], then: Then, seconds: float) -> None:
    """Ask, and have an outcome within some seconds."""
    limit = Deadlines(total=seconds)
    with System(configuration={}) as system:
        then(_see(lambda: system.ask("hello", deadlines=limit, **_options(cli, env))))


def interrupt_unread(cli: str, env: dict[str, str], then: Then, wait: float) -> None:
    """Ask, read nothing for some seconds, and interrupt."""
    options = _options(cli, env) | {"include_partial_messages": True}
    with System(configuration={}) as system, system.session(**options) as session:
        turn = session.ask("hello")
        time.sleep(wait)
        start = time.monotonic()
        turn.interrupt()
        outcome = turn.outcome()
        answer = Answer("failure", f"{type(outcome).__name__}: {outcome}")
        answer.seconds = time.monotonic() - start
        answer.extra = {"confirmed": bool(getattr(outcome, "confirmed", False))}
        then(answer)


def ask_many(cli: str, env: dict[str, str], then: Then, count: int) -> None:
    """Ask many at once, with as many processes as there are questions."""
    start = time.monotonic()
    with System(configuration={}, max_parallel=count) as system:
        turns = [system.ask("hello", **_options(cli, env)) for _ in range(count)]
        outcomes = [turn.outcome() for turn in turns]
        bad = [one for one in outcomes if not isinstance(one, Completed)]
        answer = Answer.failed(bad[0], []) if bad else Answer("success", "all completed")
        answer.seconds = time.monotonic() - start
        answer.extra = {"good": count - len(bad), "asked": count}
        then(answer)


def stay_busy(cli: str, env: dict[str, str], busy: Callable[[], None]) -> None:
    """Ask, call back at the first text, and wait for the rest."""
    with System(configuration={}) as system:
        for _ in system.ask("hello", **_options(cli, env)).texts():
            busy()


def _options(cli: str, env: dict[str, str]) -> dict[str, Any]:
    return {"executable": cli, "env": env, "api_key": "not-a-real-key"}


def _see(ask: Callable[[], Turn]) -> Answer:
    start = time.monotonic()
    turn = ask()
    texts = list(turn.texts())
    outcome = turn.outcome()
    seconds = time.monotonic() - start
    if isinstance(outcome, Completed):
        answer = Answer("success", "Completed", texts)
    else:
        answer = Answer.failed(outcome, texts)
    answer.seconds = seconds
    return answer
