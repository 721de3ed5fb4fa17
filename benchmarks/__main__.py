"""Run the benchmarks: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machine, typescript
from benchmarks.record import Record, RecordError
from benchmarks.rounds import SideFailedError
from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.result import Bar, Result

_BENCHMARKS = (
    "decode",
    "stream",
    "paced",
    "turn",
    "fanout",
    "idle",
    "startup",
    "actors",
    "real",
    "growth",
)


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
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="write every figure there; what FILE has of other benchmarks stays",
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(_BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {names}")
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1, not {arguments.rounds}")
    return arguments


def main() -> int:
    """Run what was asked for; return 1 if a benchmark failed to run, else 0."""
    arguments = _arguments()
    try:
        record = None if arguments.json is None else Record.to_add_to(arguments.json)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    bars: list[Bar] = []
    failed: list[str] = []
    print(machine.caption())
    if not typescript.is_there():
        print("Without the TypeScript SDK: there is no Node, or `make bench` has not installed it.")
    print("Medians of the rounds, in brackets the middle half of them.")
    for name in arguments.names or _BENCHMARKS:
        try:
            bars += _run(name, arguments, record).bars
        except (SideFailedError, AssertionError) as error:
            print(f"{name} failed: {error}", file=sys.stderr)
            failed.append(name)
    if bars:
        print("\n## Bars\n")
        print(_bars_table(bars))
    if failed:
        print(f"no figures of {', '.join(failed)}: see above", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, arguments: argparse.Namespace, record: Record | None) -> Result:
    """Run one benchmark and write down at once what it found.

    Raises:
        SideFailedError: a side did not do its job.
        AssertionError: one did not do all of it.
    """
    benchmark = importlib.import_module(f"benchmarks.{name}")
    usual = getattr(benchmark, "QUICK_ROUNDS", 2) if arguments.quick else benchmark.ROUNDS
    rounds = arguments.rounds or usual
    print(f"\n## {name}, {rounds} rounds\n", flush=True)
    run = machine.moment() | {"quick": arguments.quick, "rounds": rounds, "argv": _argv(arguments)}
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        result: Result = benchmark.run(Path(directory), rounds=rounds, quick=arguments.quick)
    if record is not None:
        record.add(name, run | {"seconds": round(time.monotonic() - start, 1)}, result)
        record.write(arguments.json)
    return result


def _argv(arguments: argparse.Namespace) -> list[str]:
    """Return what was typed, but for the file: it need not say where it was."""
    place = str(arguments.json)
    return [arg for arg in sys.argv[1:] if not arg.startswith("--json") and arg != place]


def _bars_table(bars: Iterable[Bar]) -> str:
    rows = [
        (bar.what, bar.bound, bar.measured.show(bar.form), "held" if bar.held else "MISSED")
        for bar in bars
    ]
    return table(("figure", "bar", "measured", ""), rows, texts=2)


if __name__ == "__main__":
    sys.exit(main())
