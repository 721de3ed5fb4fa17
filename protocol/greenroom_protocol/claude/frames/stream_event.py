"""`stream_event`: a raw event of the Messages API."""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.claude.stream import Event

__all__ = ["StreamEvent"]


class StreamEvent(Framed, frozen=True, kw_only=True, tag="stream_event"):
    """One event while the model writes; only with `--include-partial-messages`.

    Only the main thread streams. `ttft_ms` stands on `MessageStart`; the first event of a turn
    names the prompts it answers in `user_message_uuids`. Source: CLI 2.1.329.
    """

    event: Event
    parent_tool_use_id: str | None = None
    api_message_id: str | None = None
    ttft_ms: int | float | None = None
    thinking_display: str | None = None
    user_message_uuid: str | None = None
    user_message_uuids: tuple[str, ...] = ()
    owed_rows: Any = None
    resume_reason: str | None = None
