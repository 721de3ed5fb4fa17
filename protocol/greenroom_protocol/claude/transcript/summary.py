"""The summary of a session, as a list of sessions shows it."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import msgspec

from greenroom_protocol.claude.blocks import Text, ToolResult
from greenroom_protocol.claude.transcript.entries import (
    AiTitle,
    CustomTitle,
    LastPrompt,
    MessageEntry,
    SummaryEntry,
    Tag,
    UserEntry,
)

__all__ = ["SessionSummary", "summarize"]

T = TypeVar("T")

_MAX_PROMPT = 200
_COMMAND: Final = re.compile(r"<command-name>(.*?)</command-name>", re.DOTALL)
_NOTE: Final = re.compile(
    r"<local-command-(?:stdout|stderr|caveat)>|\[Request interrupted by user"
    r"|<(?:session-start-hook|tick|goal)>|\s*<ide_(?:opened_file|selection)>"
)


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is about.

    `title` is the name that the user gave it, else the one that a model gave it. `text` is the best
    line to show: the title, the last prompt, the stored summary, the first prompt, in that order.
    """

    title: str | None = None
    first_prompt: str | None = None
    last_prompt: str | None = None
    text: str | None = None
    tag: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    created_at: str | None = None
    is_sidechain: bool = False


def summarize(entries: Iterable[Any]) -> SessionSummary:
    """Summarise entries in the order of their file; some may be missing in the middle."""
    found = list(entries)
    nodes = [entry for entry in found if isinstance(entry, MessageEntry)]
    given = _last(found, CustomTitle, lambda entry: entry.custom_title)
    title = given or _last(found, AiTitle, lambda entry: entry.ai_title)
    last_prompt = _last(found, LastPrompt, lambda entry: entry.last_prompt)
    summary = _last(found, SummaryEntry, lambda entry: entry.summary)
    tags = [entry.tag for entry in found if isinstance(entry, Tag)]  # an empty one takes it away
    first_prompt = _first_prompt(nodes)
    return SessionSummary(
        title=title,
        first_prompt=first_prompt,
        last_prompt=last_prompt,
        text=title or last_prompt or summary or first_prompt,
        tag=(tags[-1] or None) if tags else None,
        cwd=next((node.cwd for node in nodes if node.cwd), None),
        git_branch=next((node.git_branch for node in reversed(nodes) if node.git_branch), None),
        created_at=next((node.timestamp for node in nodes if node.timestamp), None),
        is_sidechain=bool(nodes and nodes[0].is_sidechain),
    )


def _last(entries: list[Any], kind: type[T], read: Callable[[T], str]) -> str | None:
    texts = [read(entry) for entry in entries if isinstance(entry, kind)]
    return next((text for text in reversed(texts) if text), None)


def _first_prompt(nodes: list[MessageEntry]) -> str | None:
    """Return the first thing a person said; a slash command only if there is nothing else."""
    command = None
    for node in nodes:
        if not isinstance(node, UserEntry) or node.is_meta or node.is_compact_summary:
            continue
        for text in _texts(node):
            if match := _COMMAND.search(text):
                command = command or match[1]
            elif text.strip() and not _NOTE.match(text):
                return _one_line(text)
    return command


def _texts(node: UserEntry) -> list[str]:
    if isinstance(node.message.content, str):
        return [node.message.content]
    blocks = node.message.content
    if any(isinstance(block, ToolResult) for block in blocks):
        return []
    return [block.text for block in blocks if isinstance(block, Text)]


def _one_line(text: str) -> str:
    line = " ".join(text.split("\n")).strip()
    return line if len(line) <= _MAX_PROMPT else f"{line[:_MAX_PROMPT].rstrip()}…"
