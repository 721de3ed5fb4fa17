"""Errors as people read them: what happened, what to do, and with ``-v`` the evidence.

The last frames are part of it at ``-vv`` alone: they repeat what was said.
"""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Final

from greenroom.runtime.process import plain_text
from greenroom.values.outcomes import RateLimited, TurnError
from greenroom_protocol.claude.options import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from greenroom.cli.console import Console
    from greenroom.values.outcomes import FailureContext

__all__ = ["complain", "hint_for"]

_STDERR_LINES: Final = 20

_HINTS: Final[Mapping[str, str]] = {
    "authentication_failed": "run `claude` once and log in, or set ANTHROPIC_API_KEY",
    "cli_not_found": "`greenroom doctor` shows every place that was searched; "
    "--executable PATH says where it is",
    "credential_conflict": "unset all of them but one, or use the login of the CLI: "
    "--option auth=subscription",
    "rate_limited": "wait until the limit resets, or choose another model with --model",
    "resume_not_found": "conversations are stored per directory: check the id, and --cwd",
    "timed_out": "--timeout sets the limit for the whole turn; --verbose shows what was going on",
}
"""What to do, in the words of the command line; the library's own hints speak of Python."""


def complain(console: Console, error: Exception, *, heading: str = "error") -> None:
    """Tell of `error` on stderr: one line, a line with a hint if there is one, the rest at -v."""
    first, *more = plain_text(_message_of(error)).strip().split("\n")
    console.tell(f"{console.style.bad(f'{heading}:')} {first}")
    hint = hint_for(error)
    if hint:
        console.tell(f"{console.style.faint('hint:')} {plain_text(hint)}")
    if console.verbosity:
        for line in (*more, *_evidence(error, everything=console.verbosity > 1)):
            console.tell(console.style.faint(f"  {plain_text(line)}"))


def hint_for(error: Exception) -> str | None:
    """Return what to do about `error`, if anybody knows."""
    if isinstance(error, RateLimited) and error.resets_at is not None:
        moment = time.localtime(error.resets_at)
        return f"the limit resets at {time.strftime('%H:%M on %Y-%m-%d', moment)}"
    own = _HINTS.get(getattr(error, "code", ""))
    if own is not None:
        return own
    if isinstance(error, TurnError):
        return error.context.hint
    return error.hint if isinstance(error, OptionError) else None


def _message_of(error: Exception) -> str:
    if isinstance(error, TurnError):
        return error.message
    if isinstance(error, OptionError):
        got = "" if error.value is None else f", got {error.value}"
        return f"option {error.option}: {error.problem}{got}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or repr(error)


def _evidence(error: Exception, *, everything: bool) -> Iterator[str]:
    code = getattr(error, "code", None)
    yield f"code: {code or type(error).__name__}"
    if isinstance(error, TurnError):
        yield f"retryable: {'yes' if error.retryable else 'no'}"
        yield from _facts(error.context)
        yield from _listed("stderr", error.context.stderr_tail.splitlines()[-_STDERR_LINES:])
        if everything:
            yield from _listed("last frames", error.context.last_frames)


def _facts(context: FailureContext) -> Iterator[str]:
    facts = {
        "session": context.session_id,
        "turn": context.turn_id or None,
        "command": shlex.join(context.argv) or None,
        "directory": context.cwd,
        "process": context.pid,
        "exit code": context.exit_code,
        "signal": context.signal,
    }
    yield from (f"{name}: {value}" for name, value in facts.items() if value is not None)


def _listed(title: str, lines: list[str] | tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)
