"""A terminal at which somebody is asked."""

from __future__ import annotations

import os
import selectors
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NobodyThere", "Terminal", "Withdrawn"]

_MOST_READ = 4_096


class NobodyThere(Exception):
    """The terminal is none, is gone, or its user has pressed Ctrl-D."""


class Withdrawn(Exception):
    """The question is not open any more."""


@final
class Terminal:
    """Reads lines from a terminal until they are not wanted any more. For one thread.

    The terminal's settings are left alone, so Ctrl-C is what it was: a signal to the program.

    Args:
        stdin: a terminal; by default the program's input.
        stdout: by default the program's output, or its standard error if that is no terminal.
        bell: a descriptor that becomes readable when it may be that the question is withdrawn.
        wanted: tells whether it is still open.

    Raises:
        NobodyThere: there is no terminal.
    """

    def __init__(
        self,
        stdin: TextIO | None,
        stdout: TextIO | None,
        *,
        bell: int,
        wanted: Callable[[], bool],
    ) -> None:
        self._in = _descriptor(sys.stdin if stdin is None else stdin)
        out = stdout or next(filter(_is_terminal, (sys.stdout, sys.stderr)), None)
        if out is None:
            raise NobodyThere
        self._out: TextIO = out
        self._bell = bell
        self._wanted = wanted
        self._typed = b""

    def show(self, text: str) -> None:
        """Show a text that has been freed from whatever a terminal would obey."""
        try:
            self._out.write(text.encode("utf-8", "backslashreplace").decode())
            self._out.flush()
        except UnicodeEncodeError:
            self._out.write(text.encode("ascii", "backslashreplace").decode())
            self._out.flush()
        except (OSError, ValueError):
            raise NobodyThere from None

    def forget_typed(self) -> None:
        """Drop what was typed before the question was seen: it cannot be an answer to it."""
        import termios  # noqa: PLC0415 - only terminals need it

        self._typed = b""
        with suppress(termios.error, OSError):
            termios.tcflush(self._in, termios.TCIFLUSH)

    def ask(self, prompt: str) -> str:
        """Show `prompt`; return the line that is typed, without blanks around it.

        Raises:
            NobodyThere: Ctrl-D, or the terminal is gone.
            Withdrawn: the answer is not wanted any more.
        """
        self.show(prompt)
        with selectors.DefaultSelector() as selector:
            selector.register(self._in, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while b"\n" not in self._typed:
                ready = {key.fd for key, _ in selector.select()}
                if self._bell in ready:
                    os.read(self._bell, _MOST_READ)
                if not self._wanted():
                    raise Withdrawn
                if self._in in ready:
                    self._read()
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode("utf-8", "replace").strip()

    def _read(self) -> None:
        try:
            data = os.read(self._in, _MOST_READ)
        except BlockingIOError:
            return
        except OSError:
            raise NobodyThere from None
        if not data:
            raise NobodyThere
        self._typed += data.replace(b"\r", b"\n")


def _descriptor(stream: TextIO | None) -> int:
    if not _is_terminal(stream):
        raise NobodyThere
    assert stream is not None
    return stream.fileno()


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty() and stream.fileno() >= 0
    except (OSError, ValueError):  # closed, or no file at all
        return False
