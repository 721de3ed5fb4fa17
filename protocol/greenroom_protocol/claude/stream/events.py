"""Stream events of one API message.

Order: start, then per block start, deltas, stop; then the message's delta and stop. The complete
`assistant` frame of a block comes *before* the block's stop. After an interrupt or a dropped
connection the CLI makes up the missing stops. `ping` is not forwarded. Source: CLI 2.1.329.
"""

from typing import Any

from greenroom_protocol.claude.blocks import Block
from greenroom_protocol.claude.message import AssistantMessage
from greenroom_protocol.claude.stream.deltas import Delta
from greenroom_protocol.claude.usage import MessageUsage
from greenroom_protocol.wire import UNKNOWN_TAG, Wire

__all__ = [
    "AbandonedBlocks",
    "ContentBlockDelta",
    "ContentBlockStart",
    "ContentBlockStop",
    "Event",
    "MessageChange",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "UnknownEvent",
]


class MessageStart(Wire, frozen=True, kw_only=True, tag="message_start"):
    """A new API message begins; its content is still empty."""

    message: AssistantMessage


class ContentBlockStart(Wire, frozen=True, kw_only=True, tag="content_block_start"):
    """Block number `index` begins; its content is still empty."""

    index: int
    content_block: Block


class ContentBlockDelta(Wire, frozen=True, kw_only=True, tag="content_block_delta"):
    """Block number `index` grows."""

    index: int
    delta: Delta


class ContentBlockStop(Wire, frozen=True, kw_only=True, tag="content_block_stop"):
    """Block number `index` is complete."""

    index: int


class MessageChange(Wire, frozen=True, kw_only=True):
    """What a message learns at its end."""

    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: Any = None
    container: Any = None


class MessageDelta(Wire, frozen=True, kw_only=True, tag="message_delta"):
    """The message ends: why, and the final token counts."""

    delta: MessageChange
    usage: MessageUsage | None = None
    context_management: Any = None


class AbandonedBlocks(Wire, frozen=True, kw_only=True):
    """Blocks to take back: number `from_block_index` and all later ones of that message."""

    api_message_id: str
    from_block_index: int = 0


class MessageStop(Wire, frozen=True, kw_only=True, tag="message_stop"):
    """The message is complete, or was cut off.

    With `abandoned_blocks` the text of those blocks is void: the request failed while streaming
    and is retried, a `MessageStart` with another id follows.
    """

    abandoned_blocks: AbandonedBlocks | None = None


class UnknownEvent(Wire, frozen=True, kw_only=True, tag=UNKNOWN_TAG):
    """An event of a new type, or a malformed one; nothing of it is lost."""

    raw: Any


Event = (
    ContentBlockDelta
    | ContentBlockStart
    | ContentBlockStop
    | MessageStart
    | MessageDelta
    | MessageStop
    | UnknownEvent
)
