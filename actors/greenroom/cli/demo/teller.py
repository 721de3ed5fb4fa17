"""The demonstration as it is told: what happens, who does it, what it costs."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, final

from greenroom.cli.ask.text_answer import TextAnswer
from greenroom.cli.verdicts import exit_code_of
from greenroom.runtime.process import plain_text
from greenroom.values.outcomes import Completed

if TYPE_CHECKING:
    from typing import Any

    from greenroom.cli.console import Console
    from greenroom.session import Session
    from greenroom.turn import Turn
    from greenroom.values.outcomes import Outcome

__all__ = ["Teller"]


@final
class Teller:
    """Tells on stdout what happens, who does it, and what it costs.

    Attributes:
        pids: processes seen at work.
    """

    def __init__(self, console: Console) -> None:
        self.pids: dict[int, None] = {}
        self._console = console

    def title(self, text: str) -> None:
        """Tell what it is all about."""
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
        answer.finish(outcome, exit_code_of(outcome), seconds)
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
            self.actor("port", f"process {info.pid}: claude {version}")

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
