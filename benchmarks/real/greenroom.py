"""Greenroom's fan-out: a system asked everything at once, `max_parallel` processes at a time."""

from __future__ import annotations

from typing import Any

from benchmarks import proc
from benchmarks.meter import Meter
from greenroom.system import System

__all__ = ["measure"]


def measure(
    *, cli: str, env: dict[str, str], cwd: str, prompts: list[str], at_once: int
) -> dict[str, Any]:
    """Ask every prompt in a process of its own."""
    own = {name: value for name, value in env.items() if name != "TMPDIR"}  # each has its own
    options: Any = {"executable": cli, "env": own, "cwd": cwd, "tools": [], "max_retries": 0}
    with Meter() as meter, System(configuration={}, max_parallel=at_once) as system:
        turns = [system.ask(prompt, **options) for prompt in prompts]
        answers = [turn.text(timeout=600) for turn in turns]
        helpers = _helpers()
    return meter.reading() | {
        "answers": answers,
        "helper_cpu_seconds": helpers,
        "agents_cpu_seconds": meter.children_cpu_seconds - helpers,
    }


def _helpers() -> float:
    """Return the processor time of the warden, which is the parent of all agents."""
    return sum(map(proc.cpu_seconds, proc.children_of(proc.ME)))
