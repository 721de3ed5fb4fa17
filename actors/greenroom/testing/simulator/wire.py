"""Frames as the CLI writes them: plain objects in the shape of CLI 2.1.329.

Only what is the same for every conversation stands here; ids, totals and texts are arguments.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = [
    "CAPABILITIES",
    "INTERRUPTED",
    "INTERRUPTED_IN_TOOL",
    "RESULT_KINDS",
    "TOOL_STOPPED",
    "assistant_message",
    "context_usage",
    "initialize_response",
    "model_usage",
    "no_usage",
    "result_frame",
    "synthetic_message",
    "system_init",
    "task_output",
]

Object = dict[str, Any]

CAPABILITIES = (
    "interrupt_receipt_v1",
    "interrupt_cancel_queued_v1",
    "msg_lifecycle_v1",
    "sdk_mcp_manifests",
)
INTERRUPTED = "[Request interrupted by user]"
INTERRUPTED_IN_TOOL = "[Request interrupted by user for tool use]"
TOOL_STOPPED = "The user doesn't want to proceed with this tool use. The tool use was rejected."

RESULT_KINDS: dict[str, Object] = {
    "success": {"is_error": False, "terminal_reason": "completed", "stop_reason": "end_turn"},
    "error_during_execution": {
        "terminal_reason": "aborted_streaming",
        "stop_reason": None,
        "errors": ["[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=null"],
    },
    "error_max_turns": {
        "terminal_reason": "max_turns",
        "stop_reason": "tool_use",
        "errors": ["Reached maximum number of turns (2)"],
    },
    "error_max_budget_usd": {
        "terminal_reason": "budget_exhausted",
        "stop_reason": "tool_use",
        "errors": ["Reached maximum budget ($2.5)"],
    },
    "error_max_structured_output_retries": {
        "terminal_reason": "structured_output_retry_exhausted",
        "stop_reason": "tool_use",
        "errors": ["Failed to provide valid structured output after 5 attempts"],
    },
}
"""What sets the result subtypes apart; error subtypes have no ``result`` text."""


def no_usage() -> Object:
    """The ``usage`` of a turn that made no API request."""
    return usage(0, 0)


def usage(input_tokens: int, output_tokens: int) -> Object:
    """The ``usage`` of a result."""
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        "service_tier": "standard",
    }


def model_usage(input_tokens: int, output_tokens: int, cost_usd: float) -> Object:
    """One entry of ``modelUsage``."""
    return {
        "inputTokens": input_tokens,
        "outputTokens": output_tokens,
        "cacheReadInputTokens": 0,
        "cacheCreationInputTokens": 0,
        "webSearchRequests": 0,
        "costUSD": cost_usd,
        "contextWindow": 1_000_000,
        "maxOutputTokens": 128_000,
    }


def system_init(version: str, *, cwd: str, model: str, mode: str, **members: Any) -> Object:
    """``system/init``, which starts every turn."""
    return {
        "type": "system",
        "subtype": "init",
        "cwd": cwd,
        "mcp_servers": [],
        "model": model,
        "permissionMode": mode,
        "slash_commands": ["clear", "compact", "context", "cost", "model"],
        "apiKeySource": "ANTHROPIC_API_KEY",
        "claude_code_version": version,
        "output_style": "default",
        "agents": ["claude", "Explore", "general-purpose", "Plan"],
        "skills": [],
        "plugins": [],
        "capabilities": list(CAPABILITIES),
        "analytics_disabled": True,
        "original_cwd": cwd,
        "additional_directories": [],
        "fast_mode_state": "off",
        **members,
    }


def assistant_message(message_id: str, model: str, content: list[Object]) -> Object:
    """The ``message`` of an ``assistant`` frame: one block, usage as of ``message_start``."""
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 10,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
            "service_tier": "standard",
        },
        "context_management": None,
    }


def synthetic_message(message_id: str, text: str) -> Object:
    """The ``message`` the CLI makes up to tell about an API error."""
    message = assistant_message(message_id, "<synthetic>", [{"type": "text", "text": text}])
    return message | {"stop_reason": "stop_sequence", "stop_sequence": "", "usage": no_usage()}


def result_frame(subtype: str, text: str, **members: Any) -> Object:
    """``result``: ``type`` is not its first member, as on the wire."""
    kind = {"is_error": True} | RESULT_KINDS[subtype]
    ending = {"api_error_status": None, "result": text} if subtype == "success" else {}
    return {
        "duration_api_ms": 22,
        "stop_reason": kind.pop("stop_reason"),
        "permission_denials": [],
        **kind,
        "num_turns": 1,
        "subtype": subtype,
        **ending,
        "ttft_ms": 12,
        "type": "result",
        "duration_ms": 25,
        "queued_turn_count": 0,
        **members,
    }


def initialize_response(version: str, mode: str, **members: Any) -> Object:
    """The answer to ``initialize``, as long as it must be and no longer."""
    return {
        "commands": [
            {"name": "clear", "description": "Start a new conversation", "argumentHint": ""},
            {"name": "compact", "description": "Summarise the conversation", "argumentHint": ""},
        ],
        "agents": [{"name": "general-purpose", "description": "Does what no other agent does"}],
        "output_style": "default",
        "available_output_styles": ["default"],
        "models": [
            {
                "value": "default",
                "resolvedModel": "claude-opus-5-5",
                "displayName": "Default",
                "description": "The default model",
                "supportsEffort": True,
            }
        ],
        "account": {
            "tokenSource": "none",
            "apiKeySource": "ANTHROPIC_API_KEY",
            "apiProvider": "firstParty",
        },
        "pid": os.getpid(),
        "claude_code_version": version,
        "current_permission_mode": mode,
        "hook_on_failure_supported": True,
        "hooks_when_unanswered_kept": 0,
        "feedback_mode": {"kind": "disabled"},
        "analytics_disabled": True,
        "remote_control_available": False,
        "fast_mode_state": "off",
        "session_state": "idle",
        "capabilities": list(CAPABILITIES),
        **members,
    }


def context_usage(model: str) -> Object:
    """The answer to ``get_context_usage`` of a conversation that has hardly begun."""
    used = {"id": "system_tools", "name": "System tools", "tokens": 8723, "kind": "used"}
    free = {"id": "free_space", "name": "Free space", "tokens": 991_277, "kind": "free"}
    return {
        "categories": [used, free],
        "totalTokens": 8723,
        "maxTokens": 1_000_000,
        "rawMaxTokens": 1_000_000,
        "percentage": 1,
        "model": model,
        "gridRows": [],
    }


def task_output(output: str) -> Object:
    """The answer to ``get_task_output``."""
    return {"output": output, "total_bytes": len(output.encode()), "truncated": False}
