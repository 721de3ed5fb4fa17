"""A scripted message in the shapes of the Messages API: as stream events, or whole.

Shapes as published for the Messages API (version 2023-06-01) and as CLI 2.1.329 accepts them. Pure.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.testing.fake_anthropic.replies import RawBlock, Text, Thinking, ToolUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.testing.fake_anthropic.replies import Block, Error, Message

__all__ = ["error_body", "fresh_id", "sse", "stream_events", "whole_message"]

Event = dict[str, Any]

# Tool input is streamed in pieces of this many characters.
_INPUT_PIECE = 64

_ERRORS = {
    400: ("invalid_request_error", "The request was not valid."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "There is a problem with billing."),
    403: ("permission_error", "This key may not do that."),
    404: ("not_found_error", "model: {model}"),
    413: ("request_too_large", "The request is too large."),
    429: ("rate_limit_error", "This request would exceed the rate limit."),
    500: ("api_error", "Internal server error"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "The request timed out."),
    529: ("overloaded_error", "Overloaded"),
}


def fresh_id(prefix: str) -> str:
    """Return an id as the API makes them, never given out before: `msg_…`, `toolu_…`, `req_…`."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


def sse(event: Event) -> bytes:
    """Return `event` as one server-sent event, named by its own type."""
    return b"event: %s\ndata: %s\n\n" % (event["type"].encode(), msgspec.json.encode(event))


def stream_events(message: Message, *, model: str) -> list[Event]:
    """Return the events of `message`, from `message_start` to `message_stop`."""
    usage = _usage(message)
    opening = {**_envelope(message, model), "content": [], "stop_reason": None}
    opening["usage"] = {**usage, "output_tokens": 1}
    events: list[Event] = [{"type": "message_start", "message": opening}]
    for index, block in enumerate(message.blocks):
        start, *deltas = _BLOCKS[type(block)](block)
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events += [{"type": "content_block_delta", "index": index, "delta": d} for d in deltas]
        events.append({"type": "content_block_stop", "index": index})
    ending = {"stop_reason": _stop_reason(message), "stop_sequence": None}
    return [
        *events,
        {"type": "message_delta", "delta": ending, "usage": usage},
        {"type": "message_stop"},
    ]


def whole_message(message: Message, *, model: str) -> dict[str, Any]:
    """Return `message` as the body of a response that is not streamed."""
    return {
        **_envelope(message, model),
        "content": [_whole(block) for block in message.blocks],
        "stop_reason": _stop_reason(message),
        "usage": _usage(message),
    }


def error_body(error: Error, *, model: str) -> dict[str, Any]:
    """Return the JSON object that tells of `error`."""
    kind, text = _ERRORS.get(error.status, ("api_error", "The request failed."))
    told = {
        "type": error.type or kind,
        "message": text.format(model=model) if error.message is None else error.message,
    }
    return {"type": "error", "error": told, "request_id": fresh_id("req")}


def _envelope(message: Message, model: str) -> dict[str, Any]:
    return {
        "id": fresh_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(message),
    }


def _usage(message: Message) -> dict[str, Any]:
    return {**msgspec.structs.asdict(message.usage), "service_tier": "standard"}


def _stop_reason(message: Message) -> str:
    calls = any(isinstance(block, ToolUse) for block in message.blocks)
    return message.stop_reason or ("tool_use" if calls else "end_turn")


def _pieces(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def _text(block: Text) -> Iterator[dict[str, Any]]:
    yield {"type": "text", "text": ""}
    for piece in _pieces(block.text):
        yield {"type": "text_delta", "text": piece}


def _thinking(block: Thinking) -> Iterator[dict[str, Any]]:
    yield {"type": "thinking", "thinking": "", "signature": ""}
    for piece in _pieces(block.thinking):
        yield {"type": "thinking_delta", "thinking": piece}
    yield {"type": "signature_delta", "signature": block.signature}


def _tool_use(block: ToolUse) -> Iterator[dict[str, Any]]:
    call_id = block.id or fresh_id("toolu")
    yield {"type": "tool_use", "id": call_id, "name": block.name, "input": {}}
    text = block.input
    if not isinstance(text, str):
        text = msgspec.json.encode(text).decode()
    for at in range(0, len(text), _INPUT_PIECE):
        yield {"type": "input_json_delta", "partial_json": text[at : at + _INPUT_PIECE]}


def _raw(block: RawBlock) -> Iterator[dict[str, Any]]:
    yield block.block


_BLOCKS: dict[type[Block], Callable[[Any], Iterator[dict[str, Any]]]] = {
    Text: _text,
    Thinking: _thinking,
    ToolUse: _tool_use,
    RawBlock: _raw,
}


def _whole(block: Block) -> dict[str, Any]:
    start, *deltas = _BLOCKS[type(block)](block)
    for delta in deltas:
        name = next(key for key in delta if key != "type")
        if name != "partial_json":
            start[name] += delta[name]
    if isinstance(block, ToolUse):
        start["input"] = block.input
    return start
