"""Rows: what the stream carries, and the members of a prompt."""

from __future__ import annotations

from typing import Final

from greenroom_protocol.claude.options import checks, forms
from greenroom_protocol.claude.options.row import Carrier, Option, Scope, Takes

__all__ = ["STREAM"]


STREAM: Final = (
    Option(
        name="include_partial_messages",
        carrier=Carrier.FLAG,
        wire="--include-partial-messages",
        takes=Takes.NOTHING,
        doc="Send text as it is written: `stream_event` frames.",
    ),
    Option(
        name="include_hook_events",
        carrier=Carrier.FLAG,
        wire="--include-hook-events",
        takes=Takes.NOTHING,
        doc="Send frames about command hooks; callback hooks never give any.",
    ),
    Option(
        name="replay_user_messages",
        carrier=Carrier.FLAG,
        wire="--replay-user-messages",
        takes=Takes.NOTHING,
        doc="Echo every prompt, marked `isReplay`.",
    ),
    Option(
        name="forward_subagent_text",
        carrier=Carrier.INITIALIZE,
        wire="forwardSubagentText",
        replaces="--forward-subagent-text",
        doc="Send the text of sub-agents in the foreground too.",
    ),
    Option(
        name="forward_nested_subagent_tool_calls",
        carrier=Carrier.INITIALIZE,
        wire="forwardNestedSubagentToolCalls",
        doc="Send the tool calls of sub-agents of sub-agents too.",
    ),
    Option(
        name="prompt_suggestions",
        carrier=Carrier.INITIALIZE,
        wire="promptSuggestions",
        replaces="--prompt-suggestions",
        doc="Send a guess of the next prompt after each turn.",
    ),
    Option(
        name="agent_progress_summaries",
        carrier=Carrier.INITIALIZE,
        wire="agentProgressSummaries",
        doc="Send summaries of what sub-agents do.",
    ),
    Option(
        name="per_task_stop_affordance",
        carrier=Carrier.INITIALIZE,
        wire="perTaskStopAffordance",
        doc="Tell the CLI that single tasks can be stopped here.",
    ),
    Option(
        name="supported_dialog_kinds",
        carrier=Carrier.INITIALIZE,
        wire="supportedDialogKinds",
        check=checks.each(checks.word),
        doc="Dialogs that this process can answer.",
    ),
    Option(
        name="startup_failure_results",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_STARTUP_FAILURE_RESULTS",
        default=True,
        encode=forms.switch,
        doc="Say why a start failed in a result frame as well as on stderr.",
    ),
    Option(
        name="debug",
        carrier=Carrier.FLAG,
        wire="--debug",
        aliases=("-d",),
        takes=Takes.OPTIONAL,
        check=checks.true_or_line,
        doc="Write a debug log, of these categories if it is a text.",
    ),
    Option(
        name="debug_file",
        carrier=Carrier.FLAG,
        wire="--debug-file",
        check=checks.line,
        doc="Where the debug log goes.",
    ),
    Option(
        name="verbatim",
        carrier=Carrier.MESSAGE,
        wire="client_composed",
        scope=Scope.QUERY,
        default=True,
        doc="The prompt is text. False lets a leading `/` be a command, and `@path` read a file.",
    ),
    Option(
        name="priority",
        carrier=Carrier.MESSAGE,
        wire="priority",
        scope=Scope.QUERY,
        doc="What the CLI does with a prompt that comes during a turn: `next` folds it in, "
        "`later` gives it a turn of its own, `now` ends the turn.",
    ),
)
