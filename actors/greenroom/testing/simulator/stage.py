"""What all parts of a simulated CLI share."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator.lines import encode_line
from greenroom.testing.simulator.output import Output
from greenroom.testing.simulator.tasks import Tasks

if TYPE_CHECKING:
    from greenroom.testing.scenario import Scenario
    from greenroom.testing.simulator.conversation import Conversation
    from greenroom.testing.simulator.launch import Launch
    from greenroom.testing.simulator.recorder import Recorder
    from greenroom.testing.simulator.store import Store

__all__ = ["Stage"]


class Stage:
    """The process: its scenario, its channels, its conversation.

    Attributes:
        exit_code: with which to leave once the output is flushed; None while it lives.
        reading: whether stdin is read.
        gates: directory of the gates tests open, or None.
        launch_number: 1 for the first process of the installation.
    """

    def __init__(
        self,
        scenario: Scenario,
        launch: Launch,
        *,
        conversation: Conversation,
        recorder: Recorder,
        store: Store,
        gates: str | None,
        launch_number: int,
    ) -> None:
        self.scenario = scenario
        self.launch = launch
        self.conversation = conversation
        self.recorder = recorder
        self.store = store
        self.gates = gates
        self.launch_number = launch_number
        self.out = Output(1, scenario.write_size)
        self.tasks = Tasks()
        self.exit_code: int | None = None
        self.reading = False

    def emit(self, frame: dict[str, Any] | None) -> bytes:
        """Write a frame; None writes nothing. Returns the line."""
        if frame is None:
            return b""
        line = encode_line(frame)
        self.out.write(line)
        return line

    def complain(self, text: str) -> None:
        """Write a line to stderr."""
        with contextlib.suppress(OSError):
            os.write(2, text.encode("utf-8", "replace") + b"\n")

    def leave(self, code: int) -> None:
        """Write nothing more and exit once the pipe took what was written."""
        self.out.seal()
        self.reading = False
        if self.exit_code is None:
            self.exit_code = code
