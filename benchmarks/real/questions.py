"""What the real CLI is asked, and what it is told to answer."""

from __future__ import annotations

from typing import Any

__all__ = ["answered", "questions"]


def questions(count: int) -> list[str]:
    """Return so many different prompts."""
    return [f"question number {number}, please" for number in range(count)]


def answered(reading: dict[str, Any], prompts: list[str]) -> dict[str, Any]:
    """Return the reading with the number of right answers in place of the answers.

    Raises:
        AssertionError: an answer is wrong, missing, or at another's place.
    """
    right = [f"You said: {prompt}" for prompt in prompts]
    answers = reading["answers"]
    wrong = [pair for pair in zip(right, answers, strict=False) if pair[0] != pair[1]]
    assert not wrong, f"not {wrong[0][0]!r} but {wrong[0][1]!r}"
    assert len(answers) == len(right), f"{len(answers)} answers to {len(right)} prompts"
    return reading | {"answers": len(answers)}
