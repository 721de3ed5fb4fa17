"""The talk with a person at a terminal: from a question to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.callbacks import Refusal
from greenroom.permissions.answers import Allow, Deny
from greenroom.permissions.dialog import Dialog
from greenroom.permissions.elicitation import Elicitation, ElicitationReply
from greenroom.permissions.form import choices, form_problem, required_members
from greenroom.permissions.questions import Answers, UserQuestions
from greenroom.permissions.request import PermissionRequest
from greenroom.permissions.screen import (
    clean,
    elicitation_text,
    question_text,
    request_text,
    suggestion_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.permissions.inquiry import Inquiry
    from greenroom.permissions.questions import Question
    from greenroom.permissions.terminal import Terminal

__all__ = ["interview"]

_REFUSED: Final = "The user said no."
_SHORTEST_REASON: Final = 3
"""Characters below which a text is a slip of the finger."""

_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})


def interview(terminal: Terminal, inquiry: Inquiry) -> Any:
    """Return what the person at `terminal` answers to `inquiry`."""
    terminal.forget_typed()
    return _INTERVIEWS[type(inquiry)](terminal, inquiry)


def _request(terminal: Terminal, request: PermissionRequest) -> Allow | Deny:
    lasting = request.suggestions if not request.suppress_always else ()
    offer = "y)es, n)o, a)lways" if lasting else "y)es, n)o"
    terminal.show(request_text(request, whole=False) + suggestion_text(lasting))
    while True:
        typed = terminal.ask(f"Allow? {offer}, s)how all, or why not: ")
        word = typed.casefold()
        if word in _YES:
            return Allow()
        if word in _NO or (not word and request.default_to_no):
            return Deny(_REFUSED)
        if word in {"a", "always"} and lasting:
            return Allow(updates=lasting)
        if word in {"s", "show", "show all"}:
            terminal.show(request_text(request, whole=True))
        elif len(word) >= _SHORTEST_REASON and word != "always":
            return Deny(f"The user said no: {typed}")


def _questions(terminal: Terminal, inquiry: UserQuestions) -> Answers:
    return Answers({one.question: _answer(terminal, one) for one in inquiry.questions})


def _answer(terminal: Terminal, question: Question) -> str | tuple[str, ...]:
    terminal.show(question_text(question))
    several = "numbers with commas" if question.multi_select else "a number"
    while True:
        typed = terminal.ask(f"Answer ({several}, or your own words): ")
        if not typed:
            continue
        numbers = [one.strip() for one in typed.split(",")]
        if not all(number.isascii() and number.isdecimal() for number in numbers):
            return typed
        picked = tuple(
            question.options[int(number) - 1].label
            for number in numbers
            if 0 < int(number[:9]) <= len(question.options)
        )
        if len(picked) == len(numbers) and (question.multi_select or len(picked) == 1):
            return picked if question.multi_select else picked[0]


def _elicitation(terminal: Terminal, inquiry: Elicitation) -> ElicitationReply:
    terminal.show(elicitation_text(inquiry))
    visit = inquiry.mode == "url"
    what = "Have you been there, and is it done?" if visit else "Do you want to answer?"
    if not _agrees(terminal, what):
        return ElicitationReply("decline")
    if visit:
        return ElicitationReply("accept")
    while True:
        content = _filled_in(terminal, inquiry)
        problem = form_problem(inquiry.schema, content)
        if problem is None:
            return ElicitationReply("accept", content)
        terminal.show(f"  That does not fit: {clean(problem)}\n")


def _agrees(terminal: Terminal, what: str) -> bool:
    while True:
        word = terminal.ask(f"{what} y)es, n)o: ").casefold()
        if word in _YES | _NO:
            return word in _YES


def _filled_in(terminal: Terminal, inquiry: Elicitation) -> dict[str, Any]:
    properties = inquiry.schema.get("properties")
    fields = properties if isinstance(properties, dict) else {}
    order = [name for name in dict.fromkeys((*inquiry.order, *fields)) if name in fields]
    required = required_members(inquiry.schema)
    content = {}
    for name in order:
        field = fields[name] if isinstance(fields[name], dict) else {}
        value = _field(terminal, name, field, required=name in required)
        if value is not None:
            content[name] = value
    return content


def _field(terminal: Terminal, name: str, field: Mapping[str, Any], *, required: bool) -> Any:
    """Return what is filled in; None for nothing. Its type is the field's if it can be."""
    items = field.get("items")
    several = field.get("type") == "array"
    options = choices(items if several and isinstance(items, dict) else field)
    about = f" ({clean(field['description'])})" if field.get("description") else ""
    listed = f" [{', '.join(map(clean, options))}]" if options else ""
    usual = f" [Enter: {clean(field['default'])}]" if "default" in field else ""
    label = f"  {clean(field.get('title') or name)}{about}{listed}{usual}"
    while True:
        typed = terminal.ask(f"{label}{'' if required else ', optional'}: ")
        if not typed and "default" in field:
            return field["default"]
        if not typed and not required:
            return None
        texts = [one.strip() for one in typed.split(",")] if several else [typed]
        kind = "string" if several else str(field.get("type"))
        values = [_value(text, options, kind) for text in texts if text]
        if values and None not in values:
            return values if several else values[0]


def _value(text: str, options: tuple[Any, ...], kind: str) -> Any:
    """Return what `text` means; None if nothing."""
    if options:
        return next((one for one in options if str(one) == text), None)
    try:
        return _READERS.get(kind, str)(text)
    except ValueError:
        return None


def _boolean(text: str) -> bool:
    word = text.casefold()
    if word not in {*_YES, *_NO, "true", "false"}:
        raise ValueError(text)
    return word in {*_YES, "true"}


def _dialog(terminal: Terminal, inquiry: Dialog) -> Refusal:
    del terminal
    return Refusal(f"a terminal cannot show dialogs of the kind {inquiry.dialog_kind!r:.60}")


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "boolean": _boolean,
    "integer": int,
    "number": float,
}

_INTERVIEWS: Final[Mapping[type, Callable[[Terminal, Any], Any]]] = {
    PermissionRequest: _request,
    UserQuestions: _questions,
    Elicitation: _elicitation,
    Dialog: _dialog,
}
