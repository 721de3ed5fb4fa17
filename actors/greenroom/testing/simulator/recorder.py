"""What a simulated CLI notes down about itself while it runs, one JSON object a line."""

from __future__ import annotations

import os
import time
from typing import Any

from greenroom.testing.simulator.lines import encode_line

__all__ = ["SHOWN_VARIABLES", "Recorder"]

SHOWN_VARIABLES = frozenset(
    {
        "ANTHROPIC_BASE_URL",
        "CLAUDECODE",
        "CLAUDE_AGENT_SDK_VERSION",
        "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS",
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SDK_READS_SESSION_STATE",
        "CLAUDE_CONFIG_DIR",
        "GREENROOM_RUN",
        "HOME",
        "LANG",
        "PATH",
        "PWD",
        "TMPDIR",
    }
)
"""Variables whose values are recorded; of the others only the names are. No credential is here."""

_SET_BY_PYTHON = {"LC_CTYPE"} if "LC_ALL" not in os.environ and "LANG" not in os.environ else set()
"""Python sets this one itself when it starts in the C locale."""


class Recorder:
    """Appends to the record file; each entry is one write, so a SIGKILL loses nothing."""

    def __init__(self, path: str | None) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._fd = None if path is None else os.open(path, flags, 0o600)
        self._started = time.monotonic()

    def note(self, event: str, **members: Any) -> None:
        """Append one entry."""
        if self._fd is None:
            return
        at_seconds = round(time.monotonic() - self._started, 6)
        entry = {"event": event, "at_seconds": at_seconds, **members}
        os.write(self._fd, encode_line(entry))

    def note_start(self, argv: list[str]) -> None:
        """Append how the process was started."""
        self.note(
            "start",
            started_at=self._started,
            pid=os.getpid(),
            pgid=os.getpgrp(),
            sid=os.getsid(0),
            argv=argv,
            cwd=os.getcwd(),  # noqa: PTH109 - pathlib costs start-up time
            umask=_umask(),
            names=sorted(os.environ.keys() - _SET_BY_PYTHON),
            environment={key: os.environ[key] for key in SHOWN_VARIABLES & os.environ.keys()},
        )

    def note_line(self, line: bytes) -> None:
        """Append a line that came in on stdin."""
        self.note("line", text=line.decode("utf-8", "replace"))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
