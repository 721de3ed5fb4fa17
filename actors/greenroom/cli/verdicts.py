"""From what happened to the exit code that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from greenroom.cli.exit_codes import ExitCode
from greenroom.runtime.process import UnsupportedPlatform
from greenroom.values.errors import CliNotFoundError, ConfigurationError, RealAgentForbiddenError
from greenroom.values.outcomes import (
    ApiFailed,
    AuthenticationFailed,
    Completed,
    RateLimited,
    TimedOut,
)
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.values.outcomes import Outcome

__all__ = ["BY_CLASS", "BY_CODE", "exit_code_of", "exit_code_of_outcome"]

BY_CLASS: Final[Mapping[type, ExitCode]] = {
    Completed: ExitCode.OK,
    AuthenticationFailed: ExitCode.UNAVAILABLE,
    CliNotFoundError: ExitCode.UNAVAILABLE,
    UnsupportedPlatform: ExitCode.UNAVAILABLE,
    RateLimited: ExitCode.TRY_AGAIN,
    TimedOut: ExitCode.TIMED_OUT,
    LocalProtocolError: ExitCode.USAGE,
    ConfigurationError: ExitCode.CONFIGURATION,
    RealAgentForbiddenError: ExitCode.CONFIGURATION,
}
"""By class, the nearest one counting; all others are `ExitCode.FAILED`."""

BY_CODE: Final[Mapping[str, ExitCode]] = {
    "agent_not_found": ExitCode.USAGE,
    "agents_not_running": ExitCode.UNAVAILABLE,
    "bad_configuration": ExitCode.CONFIGURATION,
    "bad_state_directory": ExitCode.CONFIGURATION,
    "cli_not_found": ExitCode.UNAVAILABLE,
    "cli_too_old": ExitCode.UNAVAILABLE,
    "credential_conflict": ExitCode.CONFIGURATION,
    "internal_error": ExitCode.INTERNAL,
    "monitor_missing": ExitCode.CONFIGURATION,
    "real_agent_forbidden": ExitCode.CONFIGURATION,
}
"""By ``code`` where that is finer than the class: a turn that could not start says why so."""


def exit_code_of(result: Outcome | Exception) -> ExitCode:
    """Return the exit code for an outcome, or for an error of Greenroom that was raised."""
    if isinstance(result, ApiFailed):
        return ExitCode.TRY_AGAIN if result.retryable else ExitCode.FAILED
    finer = BY_CODE.get(getattr(result, "code", ""))
    if finer is not None:
        return finer
    known = (BY_CLASS[kind] for kind in type(result).__mro__ if kind in BY_CLASS)
    return next(known, ExitCode.FAILED)


def exit_code_of_outcome(outcome: Outcome, signal: int | None) -> int:
    """Return the exit code of a run that ended with `outcome` after `signal`, if one came.

    An answer that is complete in spite of the signal counts as complete.
    """
    if signal is not None and not outcome.ok:
        return ExitCode.of_signal(signal)
    return exit_code_of(outcome)
