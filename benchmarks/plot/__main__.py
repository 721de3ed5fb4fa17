"""Draw the figures of a results file: `python -m benchmarks.plot FILE`, or `make plots`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.record import Record, RecordError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="what --json of the suite wrote")
    parser.add_argument(
        "--to", type=Path, default=Path("docs/plots"), metavar="DIRECTORY", help="where they go"
    )
    parser.add_argument("--format", choices=("svg", "png"), default="svg")
    return parser.parse_args()


def main() -> int:
    """Draw every benchmark that the file has and that there is a plot for."""
    arguments = _arguments()
    try:
        record = Record.read(arguments.file)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        from benchmarks.plot.gallery import draw_all  # noqa: PLC0415 - nothing else needs matplotlib
    except ImportError as error:
        print(f"{error}: install the dependency group `bench`", file=sys.stderr)
        return 1
    for path in draw_all(record, arguments.to, arguments.format):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
