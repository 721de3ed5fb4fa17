"""What a model is told whose output is missing or does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenroom.structured.problem import ShapeError

__all__ = ["repair_prompt"]


def repair_prompt(problem: ShapeError | None, *, tool: str | None = None) -> str:
    """Return the prompt of a turn in the same conversation that repairs its last output.

    Args:
        problem: what was wrong; None: there was no output at all.
        tool: what the CLI calls the tool that takes the output, if it has one.
    """
    if problem is None:
        wrong = "Your last answer came without the structured output that is required."
    else:
        wrong = f"Your last structured output does not fit its schema, at {problem.path}: "
        wrong += problem.problem.rstrip(".") + "."
    how = f"Call the tool {tool} once" if tool else "Give it again as structured output"
    return f"{wrong} {how}, with the whole output and not only a correction."
