"""The work of ``greenroom tell``: one turn of an agent that is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from greenroom.cli.agents.ask_host import connect
from greenroom.cli.ask.prompt import read_prompt
from greenroom.cli.complaint import complain
from greenroom.cli.conduct import conduct
from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.verdicts import BY_CLASS, BY_CODE
from greenroom.values.outcomes import (
    OUTCOMES,
    ApiFailed,
    FailureContext,
    RateLimited,
    TurnError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from greenroom.agents.control_client import ControlClient
    from greenroom.agents.turn_report import TurnReport, TurnTrouble
    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners

__all__ = ["exit_code_of_report", "run_tell"]

_CLASSES: Final = {kind.code: kind for kind in OUTCOMES}  # type: ignore[attr-defined]  # all have one


def run_tell(
    manners: Manners,
    file: Path | None,
    socket: Path | None,
    name: str,
    words: tuple[str, ...],
    *,
    as_json: bool,
    cancel_on_disconnect: bool,
) -> int:
    """Ask an agent and print the answer.

    Args:
        manners: how to talk.
        file: what declares the agent.
        socket: of its host.
        name: of the agent.
        words: of the prompt.
        as_json: print an object instead of the text.
        cancel_on_disconnect: see `ControlClient.tell`.
    """

    def work(console: Console) -> int:
        with connect(file, socket) as client:  # before stdin is read: nobody types for nothing
            prompt = read_prompt(words)
        with connect(file, socket) as client:  # anew: a host does not wait for who types
            try:
                return _follow(
                    console,
                    client,
                    name,
                    prompt,
                    as_json=as_json,
                    cancel_on_disconnect=cancel_on_disconnect,
                )
            except KeyboardInterrupt:
                if not cancel_on_disconnect:
                    console.end_line()
                    console.note(f"the turn of {name} goes on; `greenroom status` shows it")
                raise

    return conduct(manners, work)


def _follow(
    console: Console,
    client: ControlClient,
    name: str,
    prompt: str,
    *,
    as_json: bool,
    cancel_on_disconnect: bool,
) -> int:
    printed = False
    for said in client.tell(name, prompt, cancel_on_disconnect=cancel_on_disconnect):
        if not isinstance(said, str):
            return _finish(console, said, as_json=as_json, printed=printed)
        if not as_json:
            console.say(said)
            printed = True
    raise AssertionError("a turn ends with a report")


def _finish(console: Console, report: TurnReport, *, as_json: bool, printed: bool) -> int:
    code = exit_code_of_report(report)
    if as_json:
        shown = msgspec.to_builtins(report) | {"exit_code": int(code)}
        console.say_bytes(msgspec.json.encode(shown))
    elif report.ok and not printed:
        console.say(report.text)
    console.end_line()
    if report.error is not None:
        complain(console, _revived(report, report.error))
    elif console.verbosity and report.session_id:
        usage = report.usage
        console.note(
            console.style.faint(
                f"{usage.input_tokens} tokens in, {usage.output_tokens} out, "
                f"${usage.cost_usd:.4f}, session {report.session_id}"
            )
        )
    return code


def exit_code_of_report(report: TurnReport) -> ExitCode:
    """Return what `greenroom ask` would end with after such a turn."""
    trouble = report.error
    if trouble is None:
        return ExitCode.OK
    if report.outcome == ApiFailed.code:
        return ExitCode.TRY_AGAIN if trouble.retryable else ExitCode.FAILED
    by_class = BY_CLASS.get(_CLASSES.get(report.outcome, TurnError), ExitCode.FAILED)
    return BY_CODE.get(trouble.code, by_class)


def _revived(report: TurnReport, trouble: TurnTrouble) -> TurnError:
    """Return an error that reads as the outcome did."""
    context = FailureContext(
        turn_id=report.turn_id, session_id=report.session_id, hint=trouble.hint
    )
    if trouble.resets_at is not None:
        return RateLimited(
            trouble.message, resets_at=trouble.resets_at, code=trouble.code, context=context
        )
    return TurnError(
        trouble.message, code=trouble.code, retryable=trouble.retryable, context=context
    )
