"""Real: forty independent prompts to the real CLI, at equal numbers of processes at a time.

The CLI asks a fake API on loopback. It takes nearly all of the processor time, whoever its host is:
this shows what share of the whole is the host's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.bundled import bundled_claude
from benchmarks.real.questions import answered, questions
from benchmarks.result import Result
from benchmarks.rounds import run_rounds, those_there
from benchmarks.spread import Spread
from benchmarks.table import table
from greenroom.testing import FakeAnthropic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["QUICK_ROUNDS", "ROUNDS", "run"]

ROUNDS, QUICK_ROUNDS = 3, 1

_PROMPTS, _QUICK_PROMPTS = 40, 3
_WIDTHS, _QUICK_WIDTHS = (2, 4), (2,)
_SIDES = {
    "greenroom": "Greenroom",
    "sdk": "official Python SDK",
    "typescript": "official TypeScript SDK",
}
_HEADS = (
    "side",
    "at once",
    "wall s",
    "prompts/s",
    "host CPU s",
    "warden CPU s",
    "agents' CPU s",
    "host's share",
    "peak RSS MiB",
)
_MIB = 1024 * 1024


def run(directory: Path, *, rounds: int, quick: bool) -> Result:
    """Run the benchmark, print its table and return all figures."""
    cli = bundled_claude()
    if cli is None:
        print("Left out: the wheel of claude-agent-sdk brings no CLI for this machine.")
        return Result({}, {})
    prompts = questions(_QUICK_PROMPTS if quick else _PROMPTS)
    readings = {
        str(width): _readings(directory, rounds, cli=str(cli), prompts=prompts, at_once=width)
        for width in (_QUICK_WIDTHS if quick else _WIDTHS)
    }
    costs = {
        width: {side: _costs(of, len(prompts)) for side, of in sides.items()}
        for width, sides in readings.items()
    }
    ratios = {width: _ratios(sides) for width, sides in readings.items()}
    print(f"{len(prompts)} prompts, each in a process of its own.\n")
    print(
        table(
            _HEADS,
            [_row(side, width, of) for width, each in costs.items() for side, of in each.items()],
        ),
        end="\n\n",
    )
    for width, of in ratios.items():
        print(f"{width} at once: the SDK takes {_words(of)} of Greenroom.  ")
    return Result({"prompts": len(prompts), "costs": costs, "ratios": ratios}, readings)


def _readings(directory: Path, rounds: int, **job: Any) -> dict[str, list[Any]]:
    """Run all sides against an API of their own; insist on all answers."""
    project = directory / "project"
    project.mkdir(exist_ok=True)
    with FakeAnthropic() as api:
        where = {"env": api.environment(directory / "home"), "cwd": str(project)}
        readings = run_rounds({"benchmark": "real", **where, **job}, those_there(_SIDES), rounds)
    return {
        side: [answered(reading, job["prompts"]) for reading in each]
        for side, each in readings.items()
    }


def _costs(readings: list[Any], prompts: int) -> dict[str, Spread]:
    names = (
        "wall_seconds",
        "cpu_seconds",
        "helper_cpu_seconds",
        "agents_cpu_seconds",
        "peak_rss_bytes",
    )
    costs = {name: Spread.of(reading[name] for reading in readings) for name in names}
    costs["prompts_per_second"] = Spread.of(prompts / of["wall_seconds"] for of in readings)
    costs["host_share"] = Spread.of(_host(of) / (_host(of) + _agents(of)) for of in readings)
    return costs


def _ratios(readings: dict[str, list[Any]]) -> dict[str, Spread]:
    ours, sdk = readings["greenroom"], readings["sdk"]
    return {
        "wall_seconds": Spread.ratio(
            (of["wall_seconds"] for of in sdk), (of["wall_seconds"] for of in ours)
        ),
        "host_cpu_seconds": Spread.ratio(map(_host, sdk), map(_host, ours)),
    }


def _host(reading: dict[str, float]) -> float:
    """Return the processor time of the host and of what it needs beside it."""
    return reading["cpu_seconds"] + reading["helper_cpu_seconds"]


def _agents(reading: dict[str, float]) -> float:
    return reading["agents_cpu_seconds"]


def _row(side: str, width: str, costs: dict[str, Spread]) -> Sequence[str]:
    return (
        _SIDES[side],
        width,
        costs["wall_seconds"].show(".2f"),
        f"{costs['prompts_per_second'].median:.2f}",
        costs["cpu_seconds"].show(".3f"),
        f"{costs['helper_cpu_seconds'].median:.2f}",
        f"{costs['agents_cpu_seconds'].median:.1f}",
        f"{costs['host_share'].median:.2%}",
        f"{costs['peak_rss_bytes'].median / _MIB:.0f}",
    )


def _words(ratios: dict[str, Spread]) -> str:
    wall, host = ratios["wall_seconds"].show(".2f"), ratios["host_cpu_seconds"].show(".1f")
    return f"{wall} times the wall time and {host} times the host's processor time"
