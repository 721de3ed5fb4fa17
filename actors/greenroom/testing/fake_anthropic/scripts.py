"""Ready-made scripts, for demonstrations, documentation and quick starts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from greenroom.testing.fake_anthropic.replies import (
    Message,
    Text,
    Thinking,
    ToolUse,
    parallel,
    words,
)
from greenroom.testing.fake_anthropic.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCRIPTS", "Script"]

# Fast enough for a demonstration, slow enough to be seen.
_SLOWLY_SECONDS = 0.06


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """Rules that belong together.

    A script may be kept in a file: `msgspec.json.decode(path.read_bytes(), type=Script)`.

    Attributes:
        rules: The rules; the first that matches answers.
        prompt: What to say to make it play.
        tools: The tools it calls: allow them, or be asked for permission.
    """

    rules: tuple[Rule, ...]
    prompt: str = ""
    tools: tuple[str, ...] = ()


_GREETING = "Hello! I am a scripted model on your own machine: no network, no account, no cost."

SCRIPTS: Mapping[str, Script] = MappingProxyType(
    {
        "hello": Script(prompt="Say hello", rules=(Rule("Say hello", (words(_GREETING),)),)),
        "tool_use": Script(
            prompt="What does the shell say?",
            tools=("Bash",),
            rules=(
                Rule(
                    "What does the shell say?",
                    (
                        Message(
                            (
                                Text("I will ask it."),
                                ToolUse("Bash", {"command": "echo green", "description": "Ask"}),
                            )
                        ),
                        words("It says: green."),
                    ),
                ),
            ),
        ),
        "parallel_tools": Script(
            prompt="Ask the shell twice",
            tools=("Bash",),
            rules=(
                Rule(
                    "Ask the shell twice",
                    (
                        parallel(
                            ToolUse("Bash", {"command": "echo green", "description": "Ask first"}),
                            ToolUse("Bash", {"command": "echo room", "description": "Ask again"}),
                        ),
                        words("Together they say: greenroom."),
                    ),
                ),
            ),
        ),
        "slow_stream": Script(
            prompt="Count slowly",
            rules=(
                Rule(
                    "Count slowly",
                    (
                        Message(
                            (
                                Thinking(("One number ", "at a time.")),
                                words("one two three four five six seven eight nine ten"),
                            ),
                            delay_seconds=_SLOWLY_SECONDS,
                        ),
                    ),
                ),
            ),
        ),
    }
)
