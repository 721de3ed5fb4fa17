"""What an exit without a result means for the turn that was in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.backends.claude.hints import diagnose
from greenroom.values.outcomes import Crashed, FailureContext, StartFailed, Truncated, TurnError

if TYPE_CHECKING:
    from greenroom.runtime.process import ExitStatus

__all__ = ["cause_of_death"]


def cause_of_death(
    status: ExitStatus | None, stderr: str, *, bytes_lost: int, ready: bool, spoke: bool
) -> TurnError:
    """Return what became of the turn.

    Args:
        status: how the process ended.
        stderr: the end of what it complained.
        bytes_lost: size of an unfinished last line.
        ready: it had answered the handshake.
        spoke: it had begun a turn before.
    """
    known = diagnose(stderr)
    if known is not None and not spoke:
        return known.kind(
            known.line or known.code,
            code=known.code,
            context=FailureContext(hint=known.hint),
        )
    if status is None or (status.code is None and status.signal is None):
        return Crashed("the process ended in a way nobody could observe", code="exit_unknown")
    if status.code == 0:
        lost = f"; {bytes_lost} bytes of an unfinished line were lost" if bytes_lost else ""
        return Truncated(
            f"the process exited cleanly without a result for this turn{lost}",
            bytes_lost=bytes_lost,
        )
    said = _last_line(stderr)
    if not (ready or spoke) and status.code is not None:
        return StartFailed(f"the CLI refused to start: {said or status}", code="start_refused")
    when = "during the turn" if spoke else "before it began a turn"
    return Crashed(
        f"the process died {when}: {status}{f': {said}' if said else ''}",
        exit_code=status.code,
        signal=status.signal,
    )


def _last_line(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1] if lines else ""
