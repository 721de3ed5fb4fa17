"""Which scripted reply a request gets."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from greenroom.testing.fake_anthropic.replies import (
    Block,
    Message,
    RawBlock,
    Reply,
    Stall,
    Text,
    ToolUse,
    as_message,
    as_reply,
)

if TYPE_CHECKING:
    from greenroom.testing.fake_anthropic.conversation import Conversation

__all__ = ["Choice", "Matcher", "Rule", "RuleBook"]

Matcher: TypeAlias = str | Callable[[str], object]

# Turns whose failed attempts are remembered; the oldest are forgotten.
_TURNS_REMEMBERED = 10_000

_THOUGHTS = frozenset({"thinking", "redacted_thinking"})


class Rule(msgspec.Struct, frozen=True):
    """One rule of a script as data.

    Attributes:
        when: Part of the last human prompt; the empty string is part of every prompt.
        replies: What the API calls of that turn get, in order; the last one repeats.
    """

    when: str
    replies: tuple[Reply | Block, ...]


class Choice(NamedTuple):
    """The reply to one request, and the turn (of one rule) it is part of."""

    reply: Reply
    turn: tuple[object, ...]


class _Entry(NamedTuple):
    number: int
    matches: Callable[[str], object]
    replies: tuple[Reply, ...]


class RuleBook:
    """The rules of a server; the rule that was added last is asked first. Thread-safe.

    The n-th call of a turn gets the n-th reply. Calls are counted by the answers in the request.
    Replies that leave no answer behind are counted here, by turn: errors, drops, stalls nobody
    released, and messages without visible output, which the CLI (2.1.329) drops from the
    conversation.

    Args:
        default: The reply to prompts that no rule matches, if any.
    """

    def __init__(self, default: Reply | Block | None = None) -> None:
        self._lock = threading.Lock()
        self._default: tuple[_Entry, ...] = ()
        if default is not None:
            self._default = (_Entry(0, _predicate(""), (as_reply(default),)),)
        self._entries: tuple[_Entry, ...] = self._default
        self._added = 0
        self._spent: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def add(self, when: Matcher, *replies: Reply | Block) -> None:
        """Add a rule before all others.

        Raises:
            ValueError: There are no replies.
            TypeError: A reply is not one.
        """
        if not replies:
            raise ValueError(f"the rule for {when!r} has no replies; give it at least one")
        made = tuple(as_reply(reply) for reply in replies)
        with self._lock:
            self._added += 1
            self._entries = (_Entry(self._added, _predicate(when), made), *self._entries)

    def clear(self) -> None:
        """Forget every rule but the default."""
        with self._lock:
            self._entries = self._default

    def choose(self, conversation: Conversation) -> Choice | None:
        """Return the reply to the request at that point of its conversation; None without a rule.

        A reply that leaves no answer behind is spent by this.
        """
        prompt = conversation.prompt
        entry = next((each for each in self._entries if each.matches(prompt)), None)
        if entry is None:
            return None
        turn = (entry.number, conversation.key, conversation.prompts, prompt)
        with self._lock:
            at = conversation.answers + self._spent.get(turn, 0)
            reply = entry.replies[min(at, len(entry.replies) - 1)]
            if not _leaves_answer(reply):
                self._spend(turn, 1)
        return Choice(reply, turn)

    def restore(self, choice: Choice) -> None:
        """Take back that a stall was spent: it is released, and its message is sent after all."""
        if isinstance(choice.reply, Stall) and _leaves_answer(as_message(choice.reply.reply)):
            with self._lock:
                self._spend(choice.turn, -1)

    def _spend(self, turn: tuple[object, ...], count: int) -> None:
        self._spent[turn] = self._spent.get(turn, 0) + count
        self._spent.move_to_end(turn)
        while len(self._spent) > _TURNS_REMEMBERED:
            self._spent.popitem(last=False)


def _predicate(when: Matcher) -> Callable[[str], object]:
    return (lambda prompt: when in prompt) if isinstance(when, str) else when


def _leaves_answer(reply: Reply) -> bool:
    return isinstance(reply, Message) and any(_is_visible(block) for block in reply.blocks)


def _is_visible(block: Block) -> bool:
    match block:
        case Text():
            return bool("".join(block.text).strip())
        case RawBlock():
            return block.block.get("type") not in _THOUGHTS
        case _:
            return isinstance(block, ToolUse)
