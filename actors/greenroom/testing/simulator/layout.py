# ruff: noqa: PTH103, PTH110, PTH116, PTH118, PTH123, PTH208 - pathlib costs 5 ms of every start-up
"""Where an installation of the simulated CLI keeps its files."""

from __future__ import annotations

import os

__all__ = ["Layout"]


class Layout:
    """Paths of one installation, shared by the test and the processes it starts.

    Attributes:
        directory: holds everything but the executable.
        gates: a file here opens the gate of its name.
        config: where conversations are kept when ``CLAUDE_CONFIG_DIR`` is not set.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.gates = os.path.join(directory, "gates")
        self.config = os.path.join(directory, "config")
        self._launches = os.path.join(directory, "launches")
        self._probes = os.path.join(directory, "probes")

    def create(self, scenarios: list[bytes]) -> None:
        """Make the directories and write the scenarios.

        Raises:
            FileExistsError: there is an installation already.
        """
        os.makedirs(self.directory)
        os.makedirs(self.gates)
        os.makedirs(self._launches)
        for number, scenario in enumerate(scenarios, start=1):
            with open(self._scenario(number), "wb") as file:
                file.write(scenario)

    def scenario(self, launch: int) -> str:
        """The scenario of a launch: its own, or the last there is."""
        while launch > 1 and not os.path.exists(self._scenario(launch)):
            launch -= 1
        return self._scenario(launch)

    def record(self, launch: int) -> str:
        """The record file of a launch."""
        return os.path.join(self._launches, f"{launch}.jsonl")

    def launches(self) -> int:
        """How many processes were started so far."""
        return len(os.listdir(self._launches))

    def claim_launch(self) -> int:
        """Take the next number; no two processes get the same."""
        number = self.launches() + 1
        while True:
            try:
                flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
                os.close(os.open(self.record(number), flags, 0o600))
            except FileExistsError:
                number += 1
            else:
                return number

    def count_probe(self) -> None:
        """Note that the version was asked for."""
        probes = os.open(self._probes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(probes, b".")
        os.close(probes)

    def probes(self) -> int:
        """How often the version was asked for."""
        return os.stat(self._probes).st_size if os.path.exists(self._probes) else 0

    def _scenario(self, number: int) -> str:
        return os.path.join(self.directory, f"scenario-{number}.json")
