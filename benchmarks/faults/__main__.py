"""Run the scenarios: `python -m benchmarks.faults`."""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.faults import report
from benchmarks.faults.observation import observe
from benchmarks.faults.scenarios import SCENARIOS, Scenario
from greenroom.testing import Simulator

if TYPE_CHECKING:
    from benchmarks.faults.observation import Observation

_TOGETHER = 3
"""Runs at a time: nearly all of them only wait."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="scenarios with this in the name"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every observation there")
    return parser.parse_args()


def main() -> None:
    """Run what was asked for and print the table."""
    arguments = _arguments()
    chosen = [one for one in SCENARIOS if arguments.only in one.name]
    seen = _run(chosen)
    print(machine.caption(), end="\n\n")
    print(report.rows(chosen, seen), end="\n\n")
    print(report.totals(chosen, seen))
    if arguments.json is not None:
        _write(arguments.json, chosen, seen)


def _run(chosen: list[Scenario]) -> dict[tuple[str, str], Observation]:
    runs = [(one, side) for one in chosen for side in one.sides]
    seen: dict[tuple[str, str], Observation] = {}
    with tempfile.TemporaryDirectory(prefix="greenroom-faults-") as directory:

        def work(run: tuple[Scenario, str]) -> None:
            scenario, side = run
            place = Path(directory) / f"{chosen.index(scenario)}-{side}"
            cli = Simulator.install(place, scenario.script).path
            seen[scenario.name, side] = observe(scenario, side, str(cli))

        with ThreadPoolExecutor(_TOGETHER) as pool:
            list(pool.map(work, [run for run in runs if not run[0].alone]))
        for run in runs:
            if run[0].alone:
                work(run)
    return seen


def _write(path: Path, chosen: list[Scenario], seen: dict[tuple[str, str], Observation]) -> None:
    results: dict[str, Any] = {
        one.name: {
            "right": one.right,
            "sides": {
                side: seen[one.name, side].dump() | {"is_right": one.is_right(seen[one.name, side])}
                for side in one.sides
            },
        }
        for one in chosen
    }
    whole = {"machine": machine.describe(), "scenarios": results}
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
