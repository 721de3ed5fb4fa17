"""What a request to the Messages API says about the conversation it belongs to. Pure.

The position in a script is read from the request itself: how many answers of the model follow the
last prompt a human wrote. Nothing has to be remembered between requests, so any number of
processes, sub-agents and resumed sessions can talk to one server at once.

The CLI (2.1.329) puts much more than prompts into user messages: reminders and records of commands
in tags, notices that a turn was interrupted or needs to go on, notifications of background tasks.
Those do not begin a new prompt. It also asks the model for things of its own (side requests):
titles, summaries for compaction, prompt suggestions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Conversation", "read_conversation"]

SESSION_HEADER = "x-claude-code-session-id"
AGENT_HEADER = "x-claude-code-agent-id"

_TAGS = (
    "system-reminder",
    "command-name",
    "command-message",
    "command-args",
    "local-command-caveat",
    "local-command-stdout",
    "local-command-stderr",
    "task-notification",
)
_TAGGED = re.compile(rf"<({'|'.join(_TAGS)})(?:\s[^>]*)?>.*?</\1>", re.DOTALL)

# Lines the CLI writes itself; what follows on later lines may be a prompt again.
_NOTICE_LINES = re.compile(r"\A\[Request interrupted[^\]\n]*\]\s*")

# Texts the CLI writes itself, by their beginning: they prolong the turn they stand in.
_NOTICES = (
    "[structured-output-enforce]",
    "[Your previous response had no visible output",
    "Your response above was stopped by a safety classifier",
    "Output token limit hit",
    "Stop hook feedback:",
    "Continue from where you left off.",
    "This session is being continued from a previous conversation",
)

# The CLI's own requests that look like turns, by the beginning of their last user text.
_SIDE_PROMPTS = {
    "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.": "compaction",
    "[SUGGESTION MODE:": "suggestion",
}


class Conversation(msgspec.Struct, frozen=True):
    """Where in which conversation a request stands.

    Attributes:
        key: Names the conversation: the CLI's session id, and its sub-agent's id if one asks.
        prompt: The last text a human wrote, without what the CLI added to it.
        prompts: How many human prompts there are, this one included.
        answers: How many answers of the model follow that prompt.
        side: `title`, `compaction`, `suggestion` or `probe` for a request the CLI makes for itself.
    """

    key: str
    prompt: str
    prompts: int
    answers: int
    side: str | None


def read_conversation(headers: Mapping[str, str], body: Mapping[str, Any]) -> Conversation:
    """Return where the request stands.

    Args:
        headers: The headers, names in lower case.
        body: The decoded JSON body; members of odd types are taken as missing.
    """
    prompt, prompts, answers = "", 0, 0
    for message in _dicts(body.get("messages")):
        if message.get("role") == "assistant":
            answers += 1
        elif message.get("role") == "user" and (told := _human_prompts(message.get("content"))):
            prompt, prompts, answers = told[-1], prompts + len(told), 0
    key = "/".join(headers.get(name, "") for name in (SESSION_HEADER, AGENT_HEADER))
    return Conversation(key, prompt, prompts, answers, _side(body, prompt))


def _dicts(items: Any) -> Iterator[dict[str, Any]]:
    return (
        (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())
    )


def _human_prompts(content: Any) -> list[str]:
    """Return the prompts in the content of one user message.

    Several: the CLI merges a prompt into the message before when no answer stands between them
        (that
    turn failed or was interrupted), and then ends the last text of each with a line break.
    """
    if isinstance(content, str):
        content = [{"text": content}]
    prompts: list[list[str]] = [[]]
    for text in (str(block.get("text", "")) for block in _dicts(content)):
        prompts[-1] += filter(None, [_human(text)])
        if text.endswith("\n"):
            prompts.append([])
    return ["\n".join(texts) for texts in prompts if texts]


def _human(text: str) -> str:
    """Return what is left of `text` without what the CLI wrote."""
    text = _NOTICE_LINES.sub("", _TAGGED.sub("", text).strip())
    return "" if text.startswith(_NOTICES) else text


def _side(body: Mapping[str, Any], prompt: str) -> str | None:
    if body.get("max_tokens") == 1:
        return "probe"
    output = body.get("output_config")
    if isinstance(output, dict) and output.get("format") and not body.get("tools"):
        return "title"
    return next((name for start, name in _SIDE_PROMPTS.items() if prompt.startswith(start)), None)
