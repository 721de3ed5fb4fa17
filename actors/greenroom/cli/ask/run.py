"""The work of ``greenroom ask``: one turn of one session."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.cli.account import choose_account, redactor_for
from greenroom.cli.ask.activity import Activity
from greenroom.cli.ask.answers import ANSWERS
from greenroom.cli.ask.progress import Progress
from greenroom.cli.ask.prompt import read_prompt
from greenroom.cli.ask.settings import deadlines_from, options_from
from greenroom.cli.complaint import complain
from greenroom.cli.conduct import conduct
from greenroom.cli.configured import configured_options
from greenroom.cli.verdicts import exit_code_of_outcome
from greenroom.system import System
from greenroom.system.interruption import Interruption
from greenroom.values.outcomes import Completed
from greenroom_protocol.claude.options import merge_options

if TYPE_CHECKING:
    from greenroom.cli.ask.answers import Answer
    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners
    from greenroom.session import Session
    from greenroom.turn import Turn
    from greenroom.values.deadlines import Deadlines
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["run_ask"]


class _Terms(NamedTuple):
    """On which terms something is asked."""

    configuration: OptionsDict
    options: OptionsDict
    deadlines: Deadlines
    form: str


def run_ask(manners: Manners, words: tuple[str, ...], given: dict[str, Any]) -> int:
    """Ask what the command line says and return the exit code.

    Args:
        manners: how to talk.
        words: the prompt's words.
        given: the values of all other flags, by name.
    """

    def work(console: Console) -> int:
        terms = _terms(console, given)  # before stdin is read: nobody types for nothing
        return _ask(console, read_prompt(words), terms)

    return conduct(manners, work)


def _terms(console: Console, given: dict[str, Any]) -> _Terms:
    options, form = options_from(given, given["extra"]), given["output"]
    if form == "text" or (form == "json" and console.shows_status):
        options.setdefault("include_partial_messages", True)
    if form == "text" and "json_schema" in options:
        form = "structured"
    deadlines = deadlines_from(given["timeout"])
    configuration = configured_options()
    checked = merge_options(configuration, options)
    choose_account(checked)
    console.redactor = redactor_for(checked)
    return _Terms(configuration, options, deadlines, form)


def _ask(console: Console, prompt: str, terms: _Terms) -> int:
    with (
        Interruption() as interruption,
        System(configuration=terms.configuration) as system,
        system.session(deadlines=terms.deadlines, **terms.options) as session,
    ):
        turn, activity = session.ask(prompt), Activity()
        started = time.monotonic()
        interruption.answer_with(
            orderly=partial(_interrupt, console, system, turn, activity),
            at_once=system.kill,
        )
        answer = ANSWERS[terms.form](console, turn.vocabulary)
        with Progress(console, activity, time.monotonic):
            _follow(turn, activity, answer)
        outcome, seconds = turn.outcome(), time.monotonic() - started
        code = exit_code_of_outcome(outcome, interruption.signal)
        answer.finish(outcome, code, seconds)
        _report(console, session, outcome, seconds, interrupted=interruption.signal is not None)
        return code


def _follow(turn: Turn, activity: Activity, answer: Answer) -> None:
    """Print the turn while it runs; whatever ends this early interrupts it."""
    with closing(turn.read()) as batches:
        for batch in batches:
            activity.see(batch.frames)
            answer.take(batch)


def _interrupt(console: Console, system: System, turn: Turn, activity: Activity) -> None:
    if turn.done:  # it is the process that takes its time, and there is nothing left to save
        system.kill()
        return
    activity.ending = "interrupting"
    turn.interrupt()
    if console.shows_status:
        console.tell(console.style.faint("interrupting; once more to stop at once"))


def _report(
    console: Console, session: Session, outcome: Outcome, seconds: float, *, interrupted: bool
) -> None:
    installation = session.info.installation
    if installation is not None and installation.warning is not None:
        console.note(f"{console.style.doubtful('warning:')} {installation.warning}")
    if not isinstance(outcome, Completed):
        complain(console, outcome, heading="interrupted" if interrupted else "error")
    elif console.verbosity:
        spend = outcome.spend
        console.note(
            console.style.faint(
                f"{seconds:.1f} s, {spend.input_tokens} tokens in, {spend.output_tokens} out, "
                f"${spend.cost_usd:.4f}, session {outcome.session_id}"
            )
        )
