"""Steps that wait and steps that misbehave."""

from __future__ import annotations

from typing import Literal

from greenroom.testing.scenario.base import StepBase

__all__ = [
    "Allocate",
    "CloseStdin",
    "CloseStdout",
    "Exit",
    "Garbage",
    "GarbageKind",
    "Gate",
    "Grandchild",
    "Half",
    "Hang",
    "Kill",
    "Oversize",
    "Raw",
    "Stderr",
    "StderrFlood",
    "Wait",
    "WaitForInterrupt",
    "WaitForPrompt",
]

GarbageKind = Literal[
    "array",
    "blank",
    "bom",
    "broken_json",
    "crlf",
    "deep",
    "lone_surrogate",
    "newline_in_string",
    "no_type",
    "nul",
    "null",
    "text",
    "unknown_type",
    "utf8",
]


class Wait(StepBase, frozen=True):
    """Be silent; go on reading stdin and answering control requests.

    Attributes:
        seconds: how long; for ever when None.
    """

    seconds: float | None = None


class WaitForInterrupt(StepBase, frozen=True):
    """Be silent until an interrupt arrives, confirm it, then play the next step.

    The steps that follow take the place of the CLI's own abort.
    """


class WaitForPrompt(StepBase, frozen=True):
    """Be silent until prompts are waiting behind the running turn.

    Attributes:
        count: how many.
    """

    count: int = 1


class Gate(StepBase, frozen=True):
    """Be silent until the test opens the gate with ``simulator.open_gate(name)``."""

    name: str


class Hang(StepBase, frozen=True):
    """Stop doing anything: read nothing, answer nothing. Signals still work as configured."""


class Raw(StepBase, frozen=True):
    """Write bytes as they are, without a newline.

    Attributes:
        text: written as UTF-8; no placeholders.
        data: written after it; base64 in a scenario file.
        times: how often to write both.
    """

    text: str = ""
    data: bytes = b""
    times: int = 1


class Half(StepBase, frozen=True):
    """Write the first part of a line and no newline.

    Attributes:
        frame: the frame to cut; the turn's own successful ``result`` when None.
        keep: share of its bytes that is written.
    """

    frame: dict[str, object] | None = None
    keep: float = 0.5


class Garbage(StepBase, frozen=True):
    """Write a line that is not a frame, or hardly one.

    Attributes:
        kind: which. ``bom``, ``crlf`` and ``lone_surrogate`` are whole text frames in an odd
            coat; ``deep`` is 100,000 open brackets; ``utf8`` and ``nul`` break a text frame.
    """

    kind: GarbageKind = "text"


class Oversize(StepBase, frozen=True):
    """Write one ``assistant`` frame of a given size.

    Attributes:
        size: of the line in bytes.
        newline: False leaves the frame open: the line never ends.
    """

    size: int
    newline: bool = True


class Stderr(StepBase, frozen=True):
    """Write a text to stderr as it is."""

    text: str


class StderrFlood(StepBase, frozen=True):
    """Write a lot to stderr. It blocks the whole process while nobody reads.

    Attributes:
        size: in bytes.
        line: length of a line; 0 means no newline at all.
        binary: bytes that are not UTF-8 instead of text.
    """

    size: int
    line: int = 120
    binary: bool = False


class Allocate(StepBase, frozen=True):
    """Take memory and keep it; go on reading stdin and answering control requests meanwhile.

    Attributes:
        size: in bytes, of all that is taken.
        per_second: how many of them; all at once when None.
    """

    size: int
    per_second: int | None = None


class Exit(StepBase, frozen=True):
    """Leave with a code once everything written so far has been read or buffered by the pipe."""

    code: int = 0


class Kill(StepBase, frozen=True):
    """Send itself a signal, after its output is flushed.

    Attributes:
        signal: for example ``SIGKILL``, ``SIGSEGV``, or ``SIGSTOP`` to freeze.
    """

    signal: str = "SIGKILL"


class CloseStdout(StepBase, frozen=True):
    """Close stdout, after a flush, and live on."""


class CloseStdin(StepBase, frozen=True):
    """Close stdin and live on: the writer gets EPIPE."""


class Grandchild(StepBase, frozen=True):
    """Start a process that outlives the CLI.

    Attributes:
        seconds: how long it lives; never more than 60, so that nothing leaks for ever.
        keep_stdout: hold the CLI's stdout and stderr open.
        setsid: move to a session of its own.
        double_fork: cut the ancestry: its parent exits at once.
        ignore_sigterm: survive SIGTERM and SIGHUP.
    """

    seconds: float = 60.0
    keep_stdout: bool = True
    setsid: bool = False
    double_fork: bool = False
    ignore_sigterm: bool = False
