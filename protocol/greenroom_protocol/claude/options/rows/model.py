"""Rows: the model and its limits."""

from __future__ import annotations

from typing import Any, Final

from greenroom_protocol.claude.options import checks, forms
from greenroom_protocol.claude.options.row import Carrier, Option, Scope, Takes

__all__ = ["MODEL"]

_LEAST_COMPACT_WINDOW = 100_000


def _window(value: Any) -> str | None:
    if value == "auto":
        return None
    return checks.at_least(_LEAST_COMPACT_WINDOW)(value)


MODEL: Final = (
    Option(
        name="model",
        carrier=Carrier.FLAG,
        wire="--model",
        scope=Scope.QUERY,
        check=checks.line,
        doc="An alias such as `sonnet` or a full name. Not validated before the API sees it.",
    ),
    Option(
        name="fallback_model",
        carrier=Carrier.FLAG,
        wire="--fallback-model",
        takes=Takes.COMMAS,
        tidy=forms.comma_list,
        check=checks.each(checks.word),
        doc="Models to use, in order, while the main one is busy; it is tried again each turn.",
    ),
    Option(
        name="effort",
        carrier=Carrier.FLAG,
        wire="--effort",
        doc="How hard the model thinks.",
    ),
    Option(
        name="thinking",
        carrier=Carrier.FLAG,
        wire="--thinking",
        doc="Whether the model thinks; `enabled` is for models without `adaptive`.",
    ),
    Option(
        name="max_thinking_tokens",
        carrier=Carrier.FLAG,
        wire="--max-thinking-tokens",
        scope=Scope.QUERY,
        check=checks.at_least(0),
        doc="Bound of thinking, in tokens.",
    ),
    Option(
        name="thinking_display",
        carrier=Carrier.FLAG,
        wire="--thinking-display",
        doc="Whether the stream carries summaries of the thinking.",
    ),
    Option(
        name="betas",
        carrier=Carrier.FLAG,
        wire="--betas",
        # joined with commas they are taken for one unknown name, and only stderr says so
        takes=Takes.EACH,
        check=checks.each(checks.word),
        doc="Beta headers of the API; for API keys only. Unknown ones are left out.",
    ),
    Option(
        name="max_turns",
        carrier=Carrier.FLAG,
        wire="--max-turns",
        check=checks.at_least(0),
        doc="Round trips to the API for each prompt (not for the session); 0 is no limit.",
    ),
    Option(
        name="max_budget_usd",
        carrier=Carrier.FLAG,
        wire="--max-budget-usd",
        check=checks.positive,
        doc="Dollars for the conversation; once reached every later prompt fails too.",
    ),
    Option(
        name="task_budget",
        carrier=Carrier.FLAG,
        wire="--task-budget",
        check=checks.at_least(1),
        doc="Tokens the model may plan with, sent to the API with each request.",
    ),
    Option(
        name="autocompact",
        carrier=Carrier.FLAG,
        wire="--autocompact",
        check=_window,
        doc="Tokens of context at which the CLI compacts, at least 100,000, or `auto`.",
    ),
    Option(
        name="max_output_tokens",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_MAX_OUTPUT_TOKENS",
        check=checks.at_least(1),
        encode=str,
        doc="Tokens of one answer of the API.",
    ),
    Option(
        name="max_retries",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_MAX_RETRIES",
        check=checks.at_least(0),
        encode=str,
        doc="How often the CLI repeats a failed request. Its own 10 take about three minutes, "
        "for a wrong API key as well.",
    ),
    Option(
        name="api_timeout_seconds",
        carrier=Carrier.ENVIRONMENT,
        wire="API_TIMEOUT_MS",
        check=checks.both(checks.positive, checks.seconds),
        encode=forms.milliseconds,
        doc="Limit of one request to the API.",
    ),
)
