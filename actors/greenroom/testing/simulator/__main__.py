"""The entry points of a simulated CLI.

``python -m greenroom.testing.simulator [--record FILE] SCENARIO [ARGUMENT]...`` plays a scenario
file with the arguments a client would give ``claude``. An installed simulator calls
:func:`run_installed`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from greenroom.testing.scenario.scenario import Scenario
from greenroom.testing.simulator.launch import RefusedError, read_launch
from greenroom.testing.simulator.layout import Layout
from greenroom.testing.simulator.recorder import Recorder

if TYPE_CHECKING:
    from greenroom.testing.simulator.launch import Launch

__all__ = ["main", "run_installed"]

_USAGE = "usage: python -m greenroom.testing.simulator [--record FILE] SCENARIO [ARGUMENT]...\n"

_VERSION = (["-v"], ["--version"])


def run_installed(directory: str) -> NoReturn:
    """Run as the executable of an installation; each process plays the next of its scenarios."""
    layout = Layout(directory)
    argv = sys.argv[1:]
    if argv[:1] in _VERSION:
        layout.count_probe()
        _print_version(Scenario.load(layout.scenario(1)))
    launch = _read_launch(argv, layout.config)
    number = layout.claim_launch()
    recorder = Recorder(layout.record(number))
    recorder.note_start(argv)
    _run(Scenario.load(layout.scenario(number)), launch, recorder, layout.gates, number)


def main(argv: list[str]) -> NoReturn:
    """Run a scenario file from the command line."""
    record = None
    if argv[:1] == ["--record"]:
        record, argv = argv[1] if argv[1:] else None, argv[2:]
    if not argv:
        sys.stderr.write(_USAGE)
        sys.exit(2)
    scenario = Scenario.load(argv[0])
    if argv[1:2] in _VERSION:
        _print_version(scenario)
    launch = _read_launch(argv[1:], None)
    recorder = Recorder(record)
    recorder.note_start(argv[1:])
    _run(scenario, launch, recorder, None, 1)


def _read_launch(argv: list[str], default_config: str | None) -> Launch:
    try:
        return read_launch(argv, default_config)
    except RefusedError as error:
        os.write(2, f"{error}\n".encode())
        sys.exit(1)


def _print_version(scenario: Scenario) -> NoReturn:
    os.write(1, f"{scenario.cli_version} (Claude Code)\n".encode())
    sys.exit(0)


def _run(
    scenario: Scenario, launch: Launch, recorder: Recorder, gates: str | None, number: int
) -> NoReturn:
    from greenroom.testing.simulator.process import Process  # noqa: PLC0415 - not for --version

    Process(scenario, launch, recorder, gates=gates, launch_number=number).run()


if __name__ == "__main__":
    main(sys.argv[1:])
