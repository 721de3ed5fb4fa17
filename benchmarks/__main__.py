"""Run the benchmarks: `python -m benchmarks`, or `make bench`."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import decode, machine, stream

if TYPE_CHECKING:
    from collections.abc import Callable

_BENCHMARKS: dict[str, Callable[..., dict[str, Any]]] = {"decode": decode.run, "stream": stream.run}
_ROUNDS = 9
_QUICK_ROUNDS = 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(_BENCHMARKS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to run: {names}; else all")
    parser.add_argument(
        "--rounds", type=int, help=f"how often each side runs; {_ROUNDS} by default"
    )
    parser.add_argument(
        "--quick", action="store_true", help="see whether it works; figures are rough"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(_BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {names}")
    return arguments


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    rounds = arguments.rounds or (_QUICK_ROUNDS if arguments.quick else _ROUNDS)
    results: dict[str, Any] = {"machine": machine.describe(), "rounds": rounds}
    print(machine.caption())
    print(f"Medians of {rounds} rounds, in brackets the middle half of the rounds.")
    for name in arguments.names or _BENCHMARKS:
        print(f"\n## {name}\n")
        with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
            run = _BENCHMARKS[name]
            results[name] = run(Path(directory), rounds=rounds, quick=arguments.quick)
    if arguments.json is not None:
        text = json.dumps(results, indent=1, default=asdict)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
