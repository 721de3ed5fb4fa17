"""Greenroom: parallel queries, as its README has them; the threads are all its own but one."""

from __future__ import annotations

from typing import Any

from benchmarks.fanout.tally import QUERY_SECONDS, WARM_UP, Tally
from greenroom import Completed, System

__all__ = ["measure"]


def measure(*, cli: str, count: int, width: int, environment: dict[str, str]) -> dict[str, Any]:
    """Ask all at once, `width` of them may run at a time; wait until the last process is gone."""
    tally = Tally()
    with System(configuration={}, max_parallel=width) as system:
        system.ask(WARM_UP, executable=cli, env=environment).result(timeout=QUERY_SECONDS)
        session = system.session(parallel=True, executable=cli, env=environment)
        with tally:
            turns = [session.ask(f"question {number}") for number in range(count)]
            for turn in turns:
                match turn.outcome(timeout=QUERY_SECONDS):
                    case Completed(text=text):
                        tally.answer(text)
                    case error:
                        tally.error(error)
            session.stop()
    return tally.reading()
