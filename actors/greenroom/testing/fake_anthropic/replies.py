"""What the scripted model answers, as data.

A *block* is one content block of an answer; a *reply* is what one API call gets: a whole
`Message`, or one of the three ways to fail (`Error`, `Drop`, `Stall`). Everything here is a frozen
msgspec Struct, so a script can be compared, printed, and kept in a JSON file (`kind` tells the
members apart).

Where a reply takes a message, a single block will do: `Stall(Text("later"))`.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import msgspec

__all__ = [
    "Block",
    "Drop",
    "Error",
    "Message",
    "RawBlock",
    "Reply",
    "Stall",
    "Text",
    "Thinking",
    "ToolUse",
    "Usage",
    "as_message",
    "as_reply",
    "limit_reached",
    "parallel",
    "refusal",
    "words",
]


class Text(msgspec.Struct, frozen=True, tag_field="kind", tag="text"):
    """Text of the model: a string is one delta of the stream, a tuple one delta for each member."""

    text: str | tuple[str, ...]


class Thinking(msgspec.Struct, frozen=True, tag_field="kind", tag="thinking"):
    """A thinking block; deltas as in `Text`, followed by one signature delta."""

    thinking: str | tuple[str, ...]
    signature: str = "c2lnbmVkIGJ5IGEgZmFrZQ=="


class ToolUse(msgspec.Struct, frozen=True, tag_field="kind", tag="tool_use"):
    """A call of one tool.

    Attributes:
        name: The tool as the model knows it. The CLI's sub-agent tool is called `Agent` here,
            although `system/init` lists it as `Task` (CLI 2.1.329).
        input: The arguments. A string is streamed as it stands, so that broken JSON can be
            scripted.
        id: Fixed id of the call; by default every answer gets a fresh one. Ids must not repeat
            within a conversation, so set it only where the rule runs once.
    """

    name: str
    input: dict[str, Any] | str = {}
    id: str | None = None


class RawBlock(msgspec.Struct, frozen=True, tag_field="kind", tag="raw"):
    """Any other block, whole: it is sent in one `content_block_start`, without deltas."""

    block: dict[str, Any]


Block: TypeAlias = Text | Thinking | ToolUse | RawBlock


class Usage(msgspec.Struct, frozen=True):
    """Token counts of one answer; the CLI adds them up and prices them."""

    input_tokens: int = 10
    output_tokens: int = 5
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0


class Message(msgspec.Struct, frozen=True, tag_field="kind", tag="message"):
    """One whole answer of the model, of any number of blocks.

    Attributes:
        blocks: The content, in order; several `ToolUse` blocks are parallel calls.
        stop_reason: Default: `tool_use` if a block calls a tool, else `end_turn`.
        usage: The token counts reported.
        delay_seconds: Pause between two events of the stream (before the body if not streamed).
        headers: Added to the response, e.g. `anthropic-ratelimit-unified-status`.
    """

    blocks: tuple[Block, ...]
    stop_reason: str | None = None
    usage: Usage = Usage()
    delay_seconds: float = 0.0
    headers: dict[str, str] = {}


_BEGUN = Message((Text(("Once upon ", "a time")),))


class Error(msgspec.Struct, frozen=True, tag_field="kind", tag="error"):
    """An error of the API.

    Attributes:
        status: The HTTP status.
        type: The API's word for it; by default the one that belongs to the status.
        message: The text; by default a plain sentence for the status.
        retry_after: Seconds in the `retry-after` header. The CLI (2.1.329) gives up at once when
            told to wait long (120 does), and else retries; see `CLAUDE_CODE_MAX_RETRIES`.
        headers: Added to the response.
        after_events: 0: the response is the error. More: that many events of `partial` are streamed
            with status 200, then the error follows as an `error` event.
        partial: The message an error in the middle of a stream interrupts.
    """

    status: int = 500
    type: str | None = None
    message: str | None = None
    retry_after: int | None = None
    headers: dict[str, str] = {}
    after_events: int = 0
    partial: Message | Block = _BEGUN


class Drop(msgspec.Struct, frozen=True, tag_field="kind", tag="drop"):
    """A connection that is closed before anything was sent, or after some events of a stream.

    Attributes:
        after_events: 0: not even the headers are sent. Events are counted as they are sent:
            `message_start` is the first, the first block's `content_block_start` the second, its
            deltas follow.
        partial: The message that is cut.
    """

    after_events: int = 0
    partial: Message | Block = _BEGUN


class Stall(msgspec.Struct, frozen=True, tag_field="kind", tag="stall"):
    """A message that stops in the middle until `FakeAnthropic.release`, or the client goes away.

    Attributes:
        reply: The message; after the release the rest of it is sent.
        after_events: As for `Drop`; a response that is not streamed stalls before its headers.
    """

    reply: Message | Block = Message((Text("released"),))
    after_events: int = 0


Reply: TypeAlias = Message | Error | Drop | Stall


def words(text: str) -> Text:
    """Return `text` to be streamed word by word."""
    return Text(tuple(re.findall(r"\S+\s*|\s+", text)))


def parallel(*calls: ToolUse) -> Message:
    """Return one answer that calls several tools at once."""
    return Message(calls)


def refusal(text: str = "I cannot help with that.") -> Message:
    """Return an answer that ends with stop reason `refusal`."""
    return Message((Text(text),), stop_reason="refusal")


def limit_reached(resets_at: int, limit: str = "five_hour") -> Error:
    """Return what the API says when an account's usage limit is reached.

    The CLI (2.1.329) heeds it only when it is logged in with OAuth: it does not retry, and writes a
    `rate_limit_event`. With an API key it is a 429 like any other.

    Args:
        resets_at: When the limit ends, in seconds since 1970.
        limit: Which limit: `five_hour`, `seven_day`, ...
    """
    unified = "anthropic-ratelimit-unified"
    told = {"status": "rejected", "reset": str(resets_at), "representative-claim": limit}
    return Error(429, headers={f"{unified}-{name}": value for name, value in told.items()})


def as_message(reply: Message | Block) -> Message:
    """Return `reply`, a lone block wrapped into a message of its own."""
    return reply if isinstance(reply, Message) else Message((reply,))


def as_reply(reply: Reply | Block) -> Reply:
    """Return `reply`, a lone block wrapped into a message of its own.

    Raises:
        TypeError: It is neither; several blocks in one answer are a `Message((block, block))`.
    """
    if isinstance(reply, Message | Error | Drop | Stall):
        return reply
    if isinstance(reply, Text | Thinking | ToolUse | RawBlock):
        return Message((reply,))
    raise TypeError(
        f"a reply is a block, Message, Error, Drop or Stall, not {type(reply).__name__}; "
        "several blocks of one answer are a Message((block, block))"
    )
