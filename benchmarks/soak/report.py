"""What one part of the soak measured, and what it complains about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.table import table

__all__ = ["Report"]


@dataclass
class Report:
    """The figures of one part.

    Attributes:
        title: what was done.
        figures: by what they say; units stand in the name.
        wrong: what should not have been; the soak fails if there is any.
        readings: what the figures were made of, for JSON alone.
    """

    title: str
    figures: dict[str, float | str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    readings: dict[str, Any] = field(default_factory=dict)

    def expect(self, what: str, found: float, most: float = 0) -> None:
        """Take down a figure that must not be more than `most`."""
        self.figures[what] = found
        if found > most:
            self.wrong.append(f"{self.title}: {what}: {_show(found)}, at most {_show(most)}")

    def show(self) -> str:
        """Return it as Markdown."""
        rows = [(name, _show(value)) for name, value in self.figures.items()]
        complaints = "".join(f"\n- WRONG: {one}" for one in self.wrong)
        body = table((self.title, "figure"), rows)
        return f"{body}\n{complaints}" if complaints else body


def _show(value: float | str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"  # noqa: PLR2004 - three digits
