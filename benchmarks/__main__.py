"""Run the benchmarks: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

import argparse
import importlib
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.result import Bar, Result

_BENCHMARKS = ("decode", "stream")
_QUICK_ROUNDS = 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(_BENCHMARKS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to run: {names}; else all")
    parser.add_argument(
        "--rounds", type=int, help="how often each side runs; each benchmark has its default"
    )
    parser.add_argument(
        "--quick", action="store_true", help="see whether it works; figures are rough"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(_BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {names}")
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, not {arguments.rounds}")
    return arguments


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    results: dict[str, Any] = {"machine": machine.describe()}
    bars: list[Bar] = []
    print(machine.caption())
    print("Medians of the rounds, in brackets the middle half of them.")
    for name in arguments.names or _BENCHMARKS:
        result = _run(name, arguments)
        bars += result.bars
        results[name] = result
    if bars:
        print("\n## Bars\n")
        print(_bars_table(bars))
    if arguments.json is not None:
        text = json.dumps(results, indent=1, default=asdict)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _run(name: str, arguments: argparse.Namespace) -> Result:
    benchmark = importlib.import_module(f"benchmarks.{name}")
    rounds = arguments.rounds or (_QUICK_ROUNDS if arguments.quick else benchmark.ROUNDS)
    print(f"\n## {name}, {rounds} rounds\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        result: Result = benchmark.run(Path(directory), rounds=rounds, quick=arguments.quick)
    return result


def _bars_table(bars: Iterable[Bar]) -> str:
    rows = [
        (bar.what, bar.bound, bar.measured.show(bar.form), "held" if bar.held else "MISSED")
        for bar in bars
    ]
    return table(("figure", "bar", "measured", ""), rows, texts=2)


if __name__ == "__main__":
    main()
