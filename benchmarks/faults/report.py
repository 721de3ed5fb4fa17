"""Shows what was observed, as Markdown."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from benchmarks.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.faults.observation import Observation
    from benchmarks.faults.scenarios import Scenario

__all__ = ["rows", "totals"]

_SIDES = {
    "greenroom": "Greenroom",
    "sdk_query": "SDK, `query()`",
    "sdk_client": "SDK, `ClaudeSDKClient`",
}
_WRONG, _RIGHT = "✗", "✓"
_WORDS = 60


def rows(scenarios: Sequence[Scenario], seen: Mapping[tuple[str, str], Observation]) -> str:
    """Return a row for each scenario."""
    heads = ("the CLI", "right is", *_SIDES.values())
    return table(heads, [_row(one, seen) for one in scenarios], texts=len(heads))


def totals(scenarios: Sequence[Scenario], seen: Mapping[tuple[str, str], Observation]) -> str:
    """Return how often each side was right."""
    counts = []
    for side, name in _SIDES.items():
        ran = [one for one in scenarios if side in one.sides]
        right = sum(one.is_right(seen[one.name, side]) for one in ran)
        counts.append(f"{name}: right in {right} of {len(ran)}")
    return "; ".join(counts) + "."


def _row(scenario: Scenario, seen: Mapping[tuple[str, str], Observation]) -> Sequence[str]:
    cells = [
        _cell(scenario, seen[scenario.name, side]) if side in scenario.sides else "-"
        for side in _SIDES
    ]
    return (scenario.name, scenario.right, *cells)


def _cell(scenario: Scenario, seen: Observation) -> str:
    sign = _RIGHT if scenario.is_right(seen) else _WRONG
    words = [_ended(scenario, seen)]
    if seen.left and scenario.patience:
        words.append(f"{seen.left} process{'es' if seen.left > 1 else ''} left")
    return f"{sign} " + ", ".join(word for word in words if word)


def _ended(scenario: Scenario, seen: Observation) -> str:
    answer = seen.answer
    if scenario.drive == "stay_busy":
        return f"gone in {seen.gone_seconds:.1f} s" if seen.gone_seconds is not None else ""
    if answer is None:
        return f"no answer in {seen.bound:.0f} s"
    what = shorten(answer.what.replace("|", "/"), _WORDS, placeholder=" …")
    if "asked" in answer.extra:
        good = f"{answer.extra['good']} of {answer.extra['asked']}"
        what = good if answer.extra["good"] == answer.extra["asked"] else f"{good}; {what}"
    return f"{what}, {answer.seconds:.1f} s"
