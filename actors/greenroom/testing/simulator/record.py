"""What one process of a simulated CLI was given and did, read back by the test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LaunchRecord"]


@dataclass(frozen=True)
class LaunchRecord:
    """The record of one process, as far as it was written when it was read.

    Attributes:
        number: 1 for the first process of its installation.
        entries: everything that was noted, in order.
    """

    number: int
    entries: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, number: int, path: Path) -> LaunchRecord:
        """Read a record file; an entry that is being written is left out."""
        whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
        return cls(number, tuple(json.loads(line) for line in whole.split("\n") if line))

    def _start(self) -> dict[str, Any]:
        if not self.entries:
            raise LookupError(
                f"process {self.number} has not written its record yet; Simulator.wait_for waits"
            )
        return self.entries[0]

    def _all(self, event: str) -> tuple[dict[str, Any], ...]:
        return tuple(entry for entry in self.entries if entry["event"] == event)

    @property
    def pid(self) -> int:
        """Its process id."""
        return int(self._start()["pid"])

    @property
    def argv(self) -> tuple[str, ...]:
        """Its arguments, without the program's name."""
        return tuple(self._start()["argv"])

    @property
    def start(self) -> dict[str, Any]:
        """How it was started: ``started_at pid pgid sid argv cwd umask names environment``."""
        return self._start()

    @property
    def started_at(self) -> float:
        """When, in seconds of the machine's monotonic clock: starts can be set apart by it."""
        return float(self._start()["started_at"])

    @property
    def environment(self) -> dict[str, str]:
        """The variables whose values are recorded; ``start["names"]`` has the names of all."""
        return dict(self._start()["environment"])

    @property
    def is_running(self) -> bool:
        """Whether it got as far as handling signals; it plays its scenario from then on."""
        return bool(self._all("running"))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of its stdin."""
        return tuple(entry["text"] for entry in self._all("line"))

    @property
    def inputs(self) -> tuple[dict[str, Any], ...]:
        """The lines of its stdin that are JSON objects, decoded."""
        decoded = (_decode(line) for line in self.lines)
        return tuple(value for value in decoded if isinstance(value, dict))

    @property
    def prompts(self) -> tuple[dict[str, Any], ...]:
        """The user messages it was sent."""
        return tuple(value for value in self.inputs if value.get("type") == "user")

    @property
    def requests(self) -> tuple[dict[str, Any], ...]:
        """The ``request`` members of the control requests it was sent."""
        requests = (value for value in self.inputs if value.get("type") == "control_request")
        return tuple(value["request"] for value in requests if "request" in value)

    @property
    def answers(self) -> tuple[dict[str, Any], ...]:
        """The ``response`` members of the answers to its own questions."""
        answers = (value for value in self.inputs if value.get("type") == "control_response")
        return tuple(value["response"] for value in answers)

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals it caught, by name."""
        return tuple(entry["signal"] for entry in self._all("signal"))

    @property
    def grandchildren(self) -> tuple[int, ...]:
        """The process ids of the processes it started."""
        return tuple(entry["pid"] for entry in self._all("grandchild"))

    @property
    def saw_eof(self) -> bool:
        """Whether its stdin was closed."""
        return bool(self._all("eof"))

    @property
    def exit_code(self) -> int | None:
        """The code it left with by itself; None while it runs or when a signal ended it."""
        return next((entry["code"] for entry in self._all("exit")), None)


def _decode(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
