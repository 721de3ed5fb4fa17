"""Asks the person at the terminal."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO, final

from greenroom.permissions.errors import PromptGoneError
from greenroom.permissions.queue import PromptQueue
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from greenroom.callbacks import Call
    from greenroom.permissions.inquiry import Inquiry
    from greenroom.permissions.prompt import PendingPrompt
    from greenroom.runtime.future import Future

__all__ = ["TerminalPrompter"]

_NOBODY: Final = "Nobody allowed this: there is nobody at the terminal who answers."
_BROKEN: Final = "Nobody allowed this: the terminal at which it was to be asked does not work."


@final
class TerminalPrompter:
    """A prompter for the person who has started the program. Thread-safe.

    Questions are shown one at a time, whoever asks them, by a thread that lives as long as there
    are any; one that is not wanted any more disappears. What is shown is freed from whatever a
    terminal would obey. What was typed before a question appeared does not answer it. Ctrl-D, and
    an input that is no terminal, allow nothing; Ctrl-C stays a signal to the program.

    Args:
        stdin: a terminal; by default the program's input at the time of a question.
        stdout: by default the program's output, or its standard error if that is no terminal.
    """

    def __init__(self, stdin: TextIO | None = None, stdout: TextIO | None = None) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._queue = PromptQueue()
        self._lock = threading.Lock()
        self._bell: tuple[int, int] | None = None  # what the thread reads, what rings it

    def ask(self, inquiry: Inquiry, call: Call, /) -> Future[Any]:
        """Show `inquiry` when it is its turn; return the future of its answer."""
        future = self._queue.ask(inquiry, call)
        call.signal.on_cancel(
            self._ring, quick=True
        )  # after the queue's own, which withdraws the prompt
        with self._lock:
            if self._bell is None and self._queue.pending():
                self._start()
        return future

    def _start(self) -> None:
        self._bell = os.pipe()
        os.set_blocking(self._bell[1], False)
        thread = threading.Thread(target=self._work, name="greenroom-terminal", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no more of them
            _close(self._bell)
            self._bell = None
            for prompt in self._queue.pending():
                self._queue.refuse(prompt.id, _BROKEN)

    def _ring(self) -> None:
        with self._lock, suppress(BlockingIOError):  # a full pipe has rung
            if self._bell is not None:
                os.write(self._bell[1], b"!")

    def _work(self) -> None:
        while True:
            with self._lock:
                assert self._bell is not None
                bell = self._bell
                prompt = self._queue.wait(0)
                if prompt is None:
                    self._bell = None
                    break
            self._settle(prompt, bell[0])
        _close(bell)

    def _settle(self, prompt: PendingPrompt, bell: int) -> None:
        """Have a prompt answered, or see it withdrawn."""
        try:
            with suppress(PromptGoneError):
                self._show(prompt, bell)
        except BaseException as error:  # noqa: BLE001 - a turn waits: it must get an answer
            report_error(__name__, "terminal_prompter_failed", error)
            with suppress(PromptGoneError):
                self._queue.refuse(prompt.id, _BROKEN)

    def _show(self, prompt: PendingPrompt, bell: int) -> None:
        from greenroom.permissions.interview import interview  # noqa: PLC0415 - for terminals only
        from greenroom.permissions.terminal import (  # noqa: PLC0415 - as above
            NobodyThere,
            Terminal,
            Withdrawn,
        )

        def wanted() -> bool:
            return prompt in self._queue.pending()

        terminal = None
        try:
            terminal = Terminal(self._stdin, self._stdout, bell=bell, wanted=wanted)
            self._queue.answer(prompt.id, interview(terminal, prompt.inquiry))
        except NobodyThere:
            self._queue.refuse(prompt.id, _NOBODY)
        except Withdrawn:
            if terminal is not None:
                with suppress(NobodyThere):
                    terminal.show("\n(This is not asked any more.)\n")


def _close(bell: tuple[int, int]) -> None:
    for descriptor in bell:
        os.close(descriptor)
