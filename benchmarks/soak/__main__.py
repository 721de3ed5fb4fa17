"""Run the soak: `python -m benchmarks.soak`, or `make soak`."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import machine
from benchmarks.soak import cancels, hosts, idle, latency, lifecycles, wardens
from benchmarks.soak.agent import install_agent, install_streamer
from benchmarks.soak.groups import stale_groups
from benchmarks.soak.report import Report
from benchmarks.soak.setting import Setting
from greenroom import Containment, System
from greenroom.testing import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

_PARTS: dict[str, Callable[[Setting], Report]] = {
    "lifecycles": lifecycles.run,
    "cancels": cancels.run,
    "idle": idle.run,
    "latency": latency.run,
    "wardens": wardens.run,
    "hosts": hosts.run,
    "real-hosts": hosts.run_real,
}
_SETTLE_SECONDS = 5.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=_PARTS, metavar="PART", help=", ".join(_PARTS)
    )
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 sees whether it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for; return 1 if anything was wrong or left behind."""
    arguments = _arguments()
    _raise_descriptor_limit()
    reports: dict[str, Report] = {}
    with tempfile.TemporaryDirectory(prefix="soak-") as directory:
        setting = _prepare(Path(directory), arguments.scale)
        containment = _containment()
        print(f"{machine.caption()} Containment: {containment}.", end="\n\n", flush=True)
        before, groups = Ledger.snapshot(marks=setting.marks()), stale_groups()
        for name in arguments.only or _PARTS:
            reports[name] = _PARTS[name](setting)
            print(reports[name].show(), end="\n\n", flush=True)
        reports["ledger"] = _settle(before, groups, setting)
        print(reports["ledger"].show())
    if arguments.json is not None:
        _write(arguments.json, {"scale": arguments.scale, "containment": containment}, reports)
    return 1 if any(report.wrong for report in reports.values()) else 0


def _prepare(directory: Path, scale: float) -> Setting:
    """Install the agents, and have a directory for temporary files that is nobody else's."""
    temporary = directory / "tmp"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = None
    return Setting(
        directory=directory,
        temporary=temporary,
        agent=install_agent(directory),
        streamer=install_streamer(directory),
        scale=scale,
    )


def _settle(before: Ledger, groups: frozenset[str], setting: Setting) -> Report:
    """Return what is there that was not, after a few seconds."""
    report = Report("the ledger: what is left behind")
    leaks = before.settle(_SETTLE_SECONDS)
    for kind in ("process", "descriptor", "thread", "actor"):
        report.expect(f"{kind}", sum(leak.kind == kind for leak in leaks))
    report.expect("temporary file", len(list(setting.temporary.iterdir())))
    report.expect("control group", len(stale_groups() - groups))
    report.wrong += [f"left behind: {leak.kind}: {leak.text}" for leak in leaks[:20]]
    return report


def _raise_descriptor_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _containment() -> str:
    """Return the level that is in force here: certain where one is required, be it the least."""
    with System(configuration={}, containment=Containment.GROUP) as system:
        return str(system.containment)


def _write(path: Path, how: dict[str, Any], reports: dict[str, Report]) -> None:
    parts = {name: asdict(report) for name, report in reports.items()}
    whole = {"machine": machine.describe(), **how, "parts": parts}
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
