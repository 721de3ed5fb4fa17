"""What known texts of the CLI mean, and what to do about them.

Sources: the error catalogue probed from CLI 2.1.329. A row matches when its pattern is found in
what the process wrote to stderr, or in the text of an error result.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from greenroom.values.outcomes import AuthenticationFailed, Rejected, StartFailed, TurnError

__all__ = ["Diagnosis", "diagnose"]


class Diagnosis(NamedTuple):
    """A known situation.

    Attributes:
        code: its stable name.
        hint: what to do.
        kind: the outcome it is.
        line: the line of the text that told it.
    """

    code: str
    hint: str
    kind: type[TurnError]
    line: str = ""


_KNOWN: Final[tuple[tuple[str, Diagnosis], ...]] = tuple(
    (pattern, Diagnosis(code, hint, kind))
    for pattern, code, hint, kind in (
        (
            r"cannot be used with root|root/sudo privileges",
            "root",
            "the CLI does not skip permissions as root: run as another user, or set IS_SANDBOX=1",
            StartFailed,
        ),
        (
            r"unknown option '([^']*)'",
            "bad_flag",
            "this CLI version does not know the flag: remove it from extra_args, or update the CLI",
            Rejected,
        ),
        (
            r"option '[^']*' argument '[^']*' is invalid",
            "bad_option",
            "see docs/options.md for the values this option takes",
            Rejected,
        ),
        (
            r"session id .* is already in use",
            "session_id_in_use",
            "choose another session_id, or resume that one",
            Rejected,
        ),
        (
            r"invalid session id",
            "bad_session_id",
            "session_id must be a UUID",
            Rejected,
        ),
        (
            r"no conversation found|no message found with message\.uuid|resume rejected",
            "resume_not_found",
            "check session id, cwd and CLAUDE_CONFIG_DIR: a conversation is stored per directory",
            Rejected,
        ),
        (
            r"invalid mcp configuration",
            "bad_mcp_config",
            "see docs/options.md for the form of mcp_servers",
            Rejected,
        ),
        (
            r"system prompt file not found|settings file not found",
            "file_not_found",
            "the path is relative to cwd",
            Rejected,
        ),
        (
            r"not logged in|please run /login|invalid api key|oauth token",
            "authentication_failed",
            "run `claude` once and log in, or pass api_key=…",
            AuthenticationFailed,
        ),
        (
            r"error parsing streaming input line|expected message role",
            "bad_input_line",
            "greenroom wrote a line the CLI rejects; please report it",
            Rejected,
        ),
        (
            r"javascript heap out of memory|out of memory",
            "out_of_memory",
            "the CLI ran out of memory",
            StartFailed,
        ),
    )
)


_LINE_CHARS: Final = 500


def diagnose(text: str) -> Diagnosis | None:
    """Return what `text` is known to mean, or None."""
    for pattern, diagnosis in _KNOWN:
        found = re.search(pattern, text, re.IGNORECASE)
        if found is not None:
            return diagnosis._replace(line=_line_around(text, found))
    return None


def _line_around(text: str, found: re.Match[str]) -> str:
    begin = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return text[begin : len(text) if end < 0 else end].strip()[:_LINE_CHARS]
