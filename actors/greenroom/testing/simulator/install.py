"""The simulated CLI as a test holds it: an executable and what its processes recorded."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from greenroom.testing.scenario import Scenario
from greenroom.testing.simulator.layout import Layout
from greenroom.testing.simulator.record import LaunchRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

__all__ = ["Simulator"]

_PACKAGES = ("greenroom", "greenroom_protocol", "msgspec")
_LONGEST_SHEBANG = 120

_SHIM = """\
{shebang}
# greenroom.testing.simulator
import sys
sys.path[:0] = {roots!r}
from greenroom.testing.simulator.__main__ import run_installed
run_installed({directory!r})
"""

_SHELL_SHIM = """\
#!/bin/sh
# greenroom.testing.simulator
exec {python} -IS {script} "$@"
"""


@dataclass(frozen=True)
class Simulator:
    """An installed simulated CLI. Any number of processes may run it at once.

    Attributes:
        path: the executable, a file named ``claude``.
        directory: where it keeps its scenarios, records and conversations.
    """

    path: Path
    directory: Path

    @classmethod
    def install(cls, directory: str | PathLike[str], *scenarios: Scenario) -> Simulator:
        """Write the executable into a directory, which is made if need be.

        The first process plays the first scenario, the second the second, and so on; further ones
        play the last. Asking for the version does not count as a process.

        Raises:
            FileExistsError: there is one in this directory already.
        """
        home = Path(directory).absolute()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)  # what others may change is not run
        layout = Layout(str(home / "claude.d"))
        layout.create([scenario.dump() for scenario in scenarios or (Scenario(),)])
        shim = cls(home / "claude", Path(layout.directory))
        shim._write()
        return shim

    def launches(self) -> tuple[LaunchRecord, ...]:
        """The records of all processes so far, in the order of their starts."""
        layout = self._layout
        return tuple(
            LaunchRecord.read(number, Path(layout.record(number)))
            for number in range(1, layout.launches() + 1)
        )

    def record(self, launch: int | None = None) -> LaunchRecord:
        """The record of one process, 1 being the first; of the last one when None.

        Raises:
            LookupError: that process was not started.
        """
        number = self._layout.launches() if launch is None else launch
        path = Path(self._layout.record(number))
        if not path.exists():
            raise LookupError(f"{self.path} was not launched {number or 1} times")
        return LaunchRecord.read(number, path)

    def probes(self) -> int:
        """How often the version was asked for."""
        return self._layout.probes()

    def wait_for(
        self,
        condition: Callable[[LaunchRecord], object],
        *,
        launch: int | None = None,
        timeout_seconds: float = 10.0,
    ) -> LaunchRecord:
        """Wait until a record fulfils a condition and return it.

        Raises:
            TimeoutError: it did not in time; the text shows what was recorded.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                record: LaunchRecord | None = self.record(launch)
            except LookupError:
                record = None
            if record is not None and record.entries and condition(record):
                return record
            if time.monotonic() > deadline:
                raise TimeoutError(f"the simulated CLI did not get there; it recorded {record!r}")
            time.sleep(0.005)

    def open_gate(self, name: str) -> None:
        """Let every process pass the :class:`~greenroom.testing.scenario.Gate` of this name."""
        (Path(self._layout.gates) / name).touch()

    @property
    def _layout(self) -> Layout:
        return Layout(str(self.directory))

    def _write(self) -> None:
        shebang = f"#!{sys.executable} -IS"
        script = _SHIM.format(shebang=shebang, roots=_import_roots(), directory=str(self.directory))
        if len(shebang) > _LONGEST_SHEBANG or " " in sys.executable:
            python, inner = _quoted(sys.executable), self.directory / "claude.py"
            inner.write_text(script, encoding="utf-8")
            script = _SHELL_SHIM.format(python=python, script=_quoted(str(inner)))
        self.path.write_text(script, encoding="utf-8")
        self.path.chmod(0o755)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _import_roots() -> list[str]:
    """The directories the simulated CLI imports from; it starts without site-packages."""
    files = (import_module(package).__file__ for package in _PACKAGES)
    return list(dict.fromkeys(str(Path(file).parents[1]) for file in files if file))
