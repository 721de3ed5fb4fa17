"""What a person at a terminal gets to see of a question.

Everything in it comes from strangers. It is freed from control characters, and lines after the
first of a value begin with a bar, so that no value can draw a question of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from greenroom.runtime.process import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from greenroom.permissions.elicitation import Elicitation
    from greenroom.permissions.questions import Question
    from greenroom.permissions.request import PermissionRequest

__all__ = ["clean", "elicitation_text", "question_text", "request_text", "suggestion_text"]

_MOST_LINES: Final = 40
_MOST_CHARACTERS: Final = 4_000


def clean(value: Any, *, whole: bool = True) -> str:
    """Return `value` as text that can be shown, of bounded length unless `whole`."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    lines = plain_text(text).rstrip("\n").split("\n")
    shown = "\n".join(lines if whole else lines[:_MOST_LINES])
    shown = shown if whole else shown[:_MOST_CHARACTERS]
    hidden = sum(map(len, lines)) + len(lines) - 1 - len(shown)
    if hidden:
        shown += f"\n[{hidden} more characters: s shows all]"
    return shown.replace("\n", "\n    | ")


def request_text(request: PermissionRequest, *, whole: bool) -> str:
    """Return what wants to run, and why it is asked."""
    name = request.display_name or request.tool_name
    tool = name if name == request.tool_name else f"{name} ({request.tool_name})"
    who = f" for the sub-agent {clean(request.agent_id)}" if request.agent_id else ""
    lines = [f"\n{_one_line(tool)} wants to run{who}:"]
    for key, value in request.input.items():
        lines.append(f"  {_one_line(key)}: {clean(value, whole=whole)}")
    for label, said in _circumstances(request):
        lines.append(f"  ({label}: {clean(said, whole=whole)})")
    return "\n".join(lines) + "\n"


def suggestion_text(suggestions: tuple[Mapping[str, Any], ...]) -> str:
    """Return what a lasting permission would change, a line each."""
    return "".join(f"  always means: {_suggestion(one)}\n" for one in suggestions)


def question_text(question: Question) -> str:
    """Return a question and its numbered choices."""
    header = f"[{_one_line(question.header)}] " if question.header else ""
    lines = [f"\n{header}{clean(question.question)}"]
    for number, choice in enumerate(question.options, 1):
        about = f" - {clean(choice.description)}" if choice.description else ""
        lines.append(f"  {number}) {_one_line(choice.label)}{about}")
        if choice.preview:
            lines.append(f"    | {clean(choice.preview)}")
    return "\n".join(lines) + "\n"


def elicitation_text(inquiry: Elicitation) -> str:
    """Return who asks for what."""
    lines = [f"\nThe MCP server {_one_line(inquiry.server)} asks: {clean(inquiry.message)}"]
    if inquiry.mode == "url":
        lines.append(f"  page to visit: {clean(inquiry.url or 'none')}")
    return "\n".join(lines) + "\n"


def _circumstances(request: PermissionRequest) -> Iterator[tuple[str, str]]:
    if request.prompt:
        yield "note", request.prompt
    if request.title:
        yield "title", request.title
    if request.description and request.description != request.input.get("description"):
        yield "said to be", request.description
    if request.decision_reason:
        yield "asked because", request.decision_reason
    if request.blocked_path:
        yield "path", request.blocked_path


def _suggestion(update: Mapping[str, Any]) -> str:
    where = _one_line(update.get("destination", "?"))
    rules = update.get("rules")
    if update.get("type") == "addRules" and isinstance(rules, list | tuple):
        named = ", ".join(map(_rule, rules))
        return f"{_one_line(update.get('behavior', '?'))} {named} ({where})"
    rest = {key: value for key, value in update.items() if key not in {"type", "destination"}}
    return f"{_one_line(update.get('type', '?'))} {_one_line(rest)} ({where})"


def _rule(rule: Any) -> str:
    if not isinstance(rule, dict) or "toolName" not in rule:
        return _one_line(rule)
    content = rule.get("ruleContent")
    return _one_line(rule["toolName"] if content is None else f"{rule['toolName']}({content})")


def _one_line(value: Any) -> str:
    return clean(value).replace("\n    | ", " ")
