"""What is asked in the demonstration, and what the model of either stage answers."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from greenroom.testing import scenario
from greenroom.testing.fake_anthropic import Message, Rule, Script, Text, ToolUse, words

__all__ = ["COMMAND", "PROMPTS", "TOOL", "for_the_real_cli", "for_the_simulator"]

TOOL: Final = "Bash"
COMMAND: Final = "echo green"
_PAUSE_SECONDS: Final = 0.04


class _Part(NamedTuple):
    prompt: str
    answer: str
    first_words: str = ""
    """Said before the tool is called; a part without them calls none."""


_PARTS: Final = (
    _Part(
        "Say hello.",
        "Hello! I am a scripted model on your own machine: no account, no network, no cost.",
    ),
    _Part("What does the shell say?", "It says: green.", "I will ask it."),
    _Part(
        "And what did I ask before?",
        "You asked for a hello and then for the shell. This is one conversation, in one process.",
    ),
)

PROMPTS: Final = tuple(part.prompt for part in _PARTS)


def for_the_real_cli() -> Script:
    """Return the script as the fake API plays it."""
    return Script(rules=tuple(Rule(part.prompt, _replies(part)) for part in _PARTS), tools=(TOOL,))


def _replies(part: _Part) -> tuple[Message, ...]:
    answer = Message((words(part.answer),), delay_seconds=_PAUSE_SECONDS)
    if not part.first_words:
        return (answer,)
    call = ToolUse(TOOL, {"command": COMMAND, "description": "Ask the shell"})
    return (Message((Text(part.first_words), call)), answer)


def for_the_simulator() -> scenario.Scenario:
    """Return the script as the simulator plays it."""
    return scenario.Scenario(turns=tuple(_turn(part) for part in _PARTS))


def _turn(part: _Part) -> scenario.Turn:
    pieces = re.findall(r"\S+\s*", part.answer)
    steps: list[scenario.Step] = [scenario.Deltas(pieces, _PAUSE_SECONDS)]
    if part.first_words:
        steps[:0] = [
            scenario.Text(part.first_words),
            scenario.ToolUse(TOOL, {"command": COMMAND}),
            scenario.ToolResult("green"),
        ]
    return scenario.Turn(steps, when=part.prompt)
