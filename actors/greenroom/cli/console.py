"""The two streams of a command: the answer on stdout, everything else on stderr.

Texts of models, tools and processes that go to a terminal are freed from whatever a terminal would
obey; what goes into a pipe or a file as part of the answer is left as it is. A *status* is a line
on stderr that is replaced, and erased before anything else is written.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TextIO, cast, final

from greenroom.cli.style import choose_style, obeys_escapes
from greenroom.runtime.process import plain_text

if TYPE_CHECKING:
    from greenroom.cli.manners import Manners
    from greenroom.cli.style import Style
    from greenroom.logging import Redactor

__all__ = ["Console"]

_ERASE: Final = "\r\x1b[K"
_USUAL_WIDTH: Final = 80


@final
class Console:
    """Where a command writes. Thread-safe: a status may be shown from another thread.

    Attributes:
        verbosity: see `Manners`.
        quiet: see `Manners`.
        redactor: takes secrets out of what goes to stderr.
        style: how words may be marked on stderr.
        out_style: how words may be marked on stdout.
        shows_status: whether a status line can be seen at all.
    """

    def __init__(
        self,
        manners: Manners,
        redactor: Redactor,
        *,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self.redactor = redactor
        self._out = _tolerant(sys.stdout if out is None else out)
        self._err = _tolerant(sys.stderr if err is None else err)
        self.quiet = manners.quiet
        self.verbosity = manners.verbosity
        self.style: Style = choose_style(self._err, os.environ, wanted=manners.colour)
        self.out_style: Style = choose_style(self._out, os.environ, wanted=manners.colour)
        self.shows_status = not self.quiet and obeys_escapes(self._err, os.environ)
        self._out_is_terminal = self._out.isatty()
        self._lock = threading.RLock()
        self._status = ""
        self._line_open = False

    # --- the answer -------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Write a piece of the answer at once.

        Raises:
            BrokenPipeError: nobody reads it any more.
        """
        shown = plain_text(text) if self._out_is_terminal else text
        with self._lock:
            if shown:
                self._erase()
                self._out.write(shown)
                self._line_open = not shown.endswith("\n")
            self._out.flush()

    def say_bytes(self, line: bytes) -> None:
        """Write a line of the answer, which may be in any encoding, as it is."""
        binary = getattr(self._out, "buffer", None)
        if self._out_is_terminal or binary is None:
            self.say(line.decode("utf-8", "replace") + "\n")
            return
        binary.write(line + b"\n")
        binary.flush()

    def say_styled(self, text: str) -> None:
        """Write a line of our own, marks included; the caller has cleaned what is in it."""
        with self._lock:
            self._erase()
            self._out.write(f"{text}\n")
            self._out.flush()
            self._line_open = False

    def end_line(self) -> None:
        """End the line the answer is in, if it is in one."""
        if self._line_open:
            self.say("\n")

    def new_paragraph(self) -> None:
        """Leave an empty line between what was said and what follows."""
        self.end_line()
        self.say("\n")

    # --- everything else ----------------------------------------------------------------------

    def tell(self, text: str) -> None:
        """Write a line to stderr; marks are for the caller to make, after cleaning the text."""
        with self._lock, suppress(OSError, ValueError):  # nobody hears it: no reason to fail
            self._erase()
            if self._line_open and self._out_is_terminal:
                self._out.write("\n")
                self._out.flush()
                self._line_open = False
            self._err.write(f"{self.redactor.text(text)}\n")
            self._err.flush()

    def note(self, text: str) -> None:
        """Do what `tell` does, unless silence was asked for."""
        if not self.quiet:
            self.tell(text)

    @property
    def log_stream(self) -> TextIO:
        """A stream for log records; each write is whole lines."""
        return cast("TextIO", _LogStream(self, self._err))

    # --- the status -----------------------------------------------------------------------------

    def show_status(self, text: str) -> None:
        """Show `text` in place of the status before, unless it would disturb the answer."""
        with self._lock, suppress(OSError, ValueError):
            if not self.shows_status or (self._line_open and self._out_is_terminal):
                return
            self._status = plain_text(text).replace("\n", " ")[: self._width() - 1]
            self._err.write(_ERASE + self.style.faint(self._status))
            self._err.flush()

    def clear_status(self) -> None:
        """Erase the status."""
        with self._lock, suppress(OSError, ValueError):
            self._erase()

    def _erase(self) -> None:
        if self._status:
            self._status = ""
            with suppress(OSError, ValueError):  # a terminal that went away needs no erasing
                self._err.write(_ERASE)
                self._err.flush()

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._err.fileno()).columns or _USUAL_WIDTH
        except (OSError, ValueError):
            return _USUAL_WIDTH


class _LogStream(io.TextIOBase):
    """Log records, written between status lines."""

    def __init__(self, console: Console, stream: TextIO) -> None:
        super().__init__()
        self._console = console
        self._stream = stream

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        self._console.tell(text.removesuffix("\n"))
        return len(text)


def _tolerant(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every text; a closed one swallows it."""
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
