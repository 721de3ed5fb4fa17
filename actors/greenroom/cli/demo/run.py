"""The work of ``greenroom demo``: one session, three turns, and nothing left behind."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, final

from greenroom.cli.ask.text_answer import TextAnswer
from greenroom.cli.complaint import complain
from greenroom.cli.conduct import conduct
from greenroom.cli.demo.script import PROMPTS
from greenroom.cli.demo.stage import find_cli, stage_with
from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.interruption import Interruption, kill_process
from greenroom.cli.verdicts import exit_code_of_outcome
from greenroom.runtime.process import plain_text
from greenroom.system import System
from greenroom.testing import ledger_processes
from greenroom.values.deadlines import Deadlines
from greenroom.values.outcomes import Completed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners
    from greenroom.session import Session
    from greenroom.turn import Turn
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
            with stage_with(None if simulate else find_cli(executable)) as stage:
                teller = _Teller(console)
                teller.title(f"greenroom demo: {stage.what}")
                teller.title("No account, no network, no cost; all files are temporary.")
                with System(configuration={}) as system:
                    session = system.session(deadlines=_DEADLINES, **stage.options)
                    interruption.answer_with(
                        orderly=partial(session.actor_ref.stop, block=False),
                        at_once=partial(kill_process, session),
                    )
                    outcome = _play(teller, session)
                    session.stop()
                left = _left_behind(stage.home, teller.pids)
            teller.end(left)
            if not isinstance(outcome, Completed):
                complain(console, outcome)
            code = exit_code_of_outcome(outcome, interruption.signal)
            return code or (ExitCode.FAILED if left else ExitCode.OK)

    return conduct(manners, work)


def _play(teller: _Teller, session: Session) -> Outcome:
    teller.actor("session", "one conversation; its process starts with the first question")
    for prompt in PROMPTS:
        outcome = teller.turn(session, prompt)
        if not outcome.ok:
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


@final
class _Teller:
    """Tells on stdout what happens, who does it, and what it costs.

    Attributes:
        pids: processes seen at work.
    """

    def __init__(self, console: Console) -> None:
        self.pids: dict[int, None] = {}
        self._console = console

    def title(self, text: str) -> None:
        self._console.say_styled(self._console.out_style.bold(text))

    def actor(self, name: str, text: str) -> None:
        """Tell what an actor does."""
        self._console.end_line()
        name = self._console.out_style.bold(f"{name:<8}")
        self._console.say_styled(f"{name} {self._console.out_style.faint(plain_text(text))}")

    def turn(self, session: Session, prompt: str) -> Outcome:
        """Ask, stream, and account for it."""
        self._console.say_styled(f"\n> {prompt}")
        started = time.monotonic()
        turn = session.ask(prompt)
        self.actor("request", f"turn {turn.id}")
        answer = TextAnswer(self._console, turn.vocabulary)
        with closing(turn.read()) as batches:
            for batch in batches:
                self._meet(session)
                answer.take(batch)
                for frame in batch.frames:
                    self._tools(turn, frame)
        outcome = turn.outcome()
        seconds = time.monotonic() - started
        answer.finish(outcome, exit_code_of_outcome(outcome, None), seconds)
        if isinstance(outcome, Completed):
            self.actor("request", _account(outcome, seconds))
        return outcome

    def end(self, left: list[str]) -> None:
        """Tell what remains."""
        self._console.end_line()
        self.actor("session", "stopped")
        self.title(f"nothing left behind: {len(left)} processes" if not left else "left behind:")
        for text in left:
            self._console.say_styled(f"  {plain_text(text)}")

    def _meet(self, session: Session) -> None:
        """Introduce a process when it is seen first."""
        info = session.info
        if info.pid is not None and info.pid not in self.pids:
            self.pids[info.pid] = None
            version = "" if info.installation is None else info.installation.version
            self.actor("port", f"process {info.pid} runs version {version}")

    def _tools(self, turn: Turn, frame: Any) -> None:
        for use in turn.vocabulary.tool_uses(frame):
            self.actor("tool", f"{use.name}: {use.input.get('command', '')}")
        for result in turn.vocabulary.tool_results(frame):
            self.actor("tool", f"says: {result.content}")


def _account(outcome: Completed, seconds: float) -> str:
    spend, running = outcome.spend, outcome.running
    return (
        f"completed in {seconds:.1f} s: {spend.input_tokens} tokens in, {spend.output_tokens} out, "
        f"${spend.cost_usd:.5f}; the conversation so far: ${running.cost_usd:.5f}"
    )
