"""A reply as the steps a connection has to take. Pure: faults are tested without sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

from greenroom.testing.fake_anthropic.events import (
    error_body,
    fresh_id,
    sse,
    stream_events,
    whole_message,
)
from greenroom.testing.fake_anthropic.replies import Drop, Error, Message, Stall, as_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.testing.fake_anthropic.replies import Block, Reply

__all__ = ["Cut", "Head", "Hold", "Pause", "Send", "Step", "json_steps", "plan"]


class Head(NamedTuple):
    """Send the status line and the headers; without a length the body is chunked."""

    status: int
    headers: Mapping[str, str]
    length: int | None


class Send(NamedTuple):
    """Send a piece of the body."""

    data: bytes


class Pause(NamedTuple):
    """Let time pass."""

    seconds: float


class Hold(NamedTuple):
    """Wait for the release."""


class Cut(NamedTuple):
    """Close the connection as it is."""


Step: TypeAlias = Head | Send | Pause | Hold | Cut

# The API sends one right after `message_start`; clients ignore it. It is not counted as an event.
_PING = sse({"type": "ping"})


def json_steps(status: int, body: Any, headers: Mapping[str, str] | None = None) -> list[Step]:
    """Return the steps of a response with a JSON body."""
    data = msgspec.json.encode(body)
    return [Head(status, _headers("application/json", headers), len(data)), Send(data)]


def plan(reply: Reply, *, model: str, stream: bool) -> list[Step]:
    """Return the steps that answer one `POST /v1/messages` with `reply`.

    Args:
        reply: The scripted answer.
        model: The model the request asked for; the answer says it came from there.
        stream: Whether the request asked for a stream.
    """
    return _PLANS[type(reply)](reply, model, stream)


def _headers(kind: str, extra: Mapping[str, str] | None) -> dict[str, str]:
    return {"content-type": kind, "request-id": fresh_id("req"), **(extra or {})}


def _message(message: Message, model: str, stream: bool) -> list[Step]:  # noqa: FBT001 - see _PLANS
    return _streamed(message, model) if stream else _whole(message, model)


def _error(error: Error, model: str, stream: bool) -> list[Step]:  # noqa: FBT001 - see _PLANS
    body = error_body(error, model=model)
    if stream and error.after_events:
        return [*_begun(error.partial, error.after_events, model), Send(sse(body))]
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    return json_steps(error.status, body, headers)


def _drop(drop: Drop, model: str, stream: bool) -> list[Step]:  # noqa: FBT001 - see _PLANS
    if not drop.after_events:
        return [Cut()]
    if stream:
        return [*_begun(drop.partial, drop.after_events, model), Cut()]
    *before, body = _whole(as_message(drop.partial), model)
    half = body.data[: len(body.data) // 2] if isinstance(body, Send) else b""
    return [*before, Send(half), Cut()]


def _stall(stall: Stall, model: str, stream: bool) -> list[Step]:  # noqa: FBT001 - see _PLANS
    steps = _message(as_message(stall.reply), model, stream)
    at = _after(steps, stall.after_events) if stream else 0
    return [*steps[:at], Hold(), *steps[at:]]


_PLANS: dict[type[Reply], Callable[[Any, str, bool], list[Step]]] = {
    Message: _message,
    Error: _error,
    Drop: _drop,
    Stall: _stall,
}


def _whole(message: Message, model: str) -> list[Step]:
    steps = json_steps(200, whole_message(message, model=model), message.headers)
    return [Pause(message.delay_seconds), *steps] if message.delay_seconds else steps


def _streamed(message: Message, model: str) -> list[Step]:
    headers = {"cache-control": "no-cache", **message.headers}
    steps: list[Step] = [Head(200, _headers("text/event-stream; charset=utf-8", headers), None)]
    for event in stream_events(message, model=model):
        first = event["type"] == "message_start"
        if message.delay_seconds and not first:
            steps.append(Pause(message.delay_seconds))
        steps.append(Send(sse(event) + _PING if first else sse(event)))
    return steps


def _begun(partial: Message | Block, events: int, model: str) -> list[Step]:
    steps = _streamed(as_message(partial), model)
    return steps[: _after(steps, events)]


def _after(steps: list[Step], events: int) -> int:
    """Return the index behind the `events`-th event, at most the end; 0 is before the headers."""
    sends = [index for index, step in enumerate(steps) if isinstance(step, Send)]
    return sends[min(events, len(sends)) - 1] + 1 if events else 0
