"""The work of ``greenroom demo``: one session, three turns, and nothing left behind."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from greenroom.cli.complaint import complain
from greenroom.cli.conduct import conduct
from greenroom.cli.demo.script import PROMPTS
from greenroom.cli.demo.stage import find_cli, stage_with
from greenroom.cli.demo.teller import Teller
from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.verdicts import exit_code_of
from greenroom.system import System
from greenroom.system.interruption import Interruption
from greenroom.testing import ledger_processes
from greenroom.values.deadlines import Deadlines
from greenroom.values.outcomes import Completed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners
    from greenroom.session import Session
    from greenroom.values.outcomes import Outcome

__all__ = ["run_demo"]

_DEADLINES = Deadlines(start=30, first_event=30, silence=30, total=60)


def run_demo(manners: Manners, *, simulate: bool, executable: str | None) -> int:
    """Play the demonstration and return the exit code.

    Args:
        manners: how to talk.
        simulate: use the simulator even if the real CLI is there.
        executable: the real CLI to use.
    """

    def work(console: Console) -> int:
        with Interruption() as interruption:
            return _demonstrate(console, None if simulate else find_cli(executable), interruption)

    return conduct(manners, work)


def _demonstrate(console: Console, cli: Path | None, interruption: Interruption) -> int:
    teller = Teller(console)
    with stage_with(cli) as stage:
        teller.title(f"greenroom demo: {stage.what}: no account, no network, no cost.")
        teller.actor("stage", stage.where)
        with (
            System(configuration={}) as system,
            system.session(deadlines=_DEADLINES, **stage.options) as session,
        ):
            interruption.answer_with(
                orderly=partial(session.actor_ref.stop, block=False),
                at_once=system.kill,
            )
            outcome = _play(teller, session, interruption)
        left = _left_behind(stage.home, teller.pids)
    teller.end(left)
    if not isinstance(outcome, Completed):
        complain(console, outcome)
    if interruption.signal is not None:
        return ExitCode.of_signal(interruption.signal)
    return exit_code_of(outcome) or (ExitCode.FAILED if left else ExitCode.OK)


def _play(teller: Teller, session: Session, interruption: Interruption) -> Outcome:
    teller.actor("session", "one conversation; its process starts with the first question")
    for prompt in PROMPTS:
        outcome = teller.turn(session, prompt)
        if not outcome.ok or interruption.signal is not None:
            break
    return outcome


def _left_behind(home: Path, pids: Iterable[int]) -> list[str]:
    """Return the processes of the demonstration that still are there, descendants included.

    They are known by the home they were given; where environments cannot be read, by their pids.
    """
    seen: Iterable[int] = pids
    if sys.platform == "linux":
        seen = ledger_processes.carries_mark(ledger_processes.all_pids(), [f"HOME={home}"])
    return [text for text in map(ledger_processes.describe, seen) if text is not None]
