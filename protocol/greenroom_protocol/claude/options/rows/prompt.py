"""Rows: the prompts of the system, and the shape of the answer."""

from __future__ import annotations

from typing import Final

from greenroom_protocol.claude.options import checks
from greenroom_protocol.claude.options.row import Carrier, Option, Scope

__all__ = ["PROMPT"]

PROMPT: Final = (
    Option(
        name="system_prompt",
        carrier=Carrier.INITIALIZE,
        wire="systemPrompt",
        replaces="--system-prompt",
        check=checks.json,
        doc="Replaces the CLI's own prompt of about 7 kB; `''` sends none. A list is joined with "
        "blank lines. Any size.",
    ),
    Option(
        name="system_prompt_file",
        carrier=Carrier.FLAG,
        wire="--system-prompt-file",
        check=checks.line,
        doc="The same from a file; a missing one ends the process with code 1.",
    ),
    Option(
        name="append_system_prompt",
        carrier=Carrier.INITIALIZE,
        wire="appendSystemPrompt",
        replaces="--append-system-prompt",
        check=checks.json,
        doc="Added to whatever system prompt is in force. Any size.",
    ),
    Option(
        name="append_system_prompt_file",
        carrier=Carrier.FLAG,
        wire="--append-system-prompt-file",
        check=checks.line,
        doc="The same from a file.",
    ),
    Option(
        name="append_subagent_system_prompt",
        carrier=Carrier.INITIALIZE,
        wire="appendSubagentSystemPrompt",
        check=checks.json,
        doc="Added to the system prompt of every sub-agent.",
    ),
    Option(
        name="plan_mode_instructions",
        carrier=Carrier.INITIALIZE,
        wire="planModeInstructions",
        check=checks.json,
        doc="What the model is told in plan mode.",
    ),
    Option(
        name="system_prompt_snapshot",
        carrier=Carrier.INITIALIZE,
        wire="systemPromptSnapshot",
        replaces="--system-prompt-snapshot",
        doc="Record the system prompt once and send the record ever after, also on resume, even "
        "if a later start names another prompt. The CLI's default is on.",
    ),
    Option(
        name="exclude_dynamic_sections",
        carrier=Carrier.INITIALIZE,
        wire="excludeDynamicSections",
        replaces="--exclude-dynamic-system-prompt-sections",
        doc="Move what depends on the machine (directory, git, memory) out of the CLI's own "
        "system prompt, so that its cache serves many users.",
    ),
    Option(
        name="json_schema",
        carrier=Carrier.INITIALIZE,
        wire="jsonSchema",
        scope=Scope.PROCESS,
        replaces="--json-schema",
        check=checks.json,
        doc="Ask for structured output. The CLI can still end with success and none: that is a "
        "failed turn here.",
    ),
)
