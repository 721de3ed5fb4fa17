"""`system/compact_boundary`: the history was replaced by a summary."""

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = ["CompactBoundary", "CompactMetadata", "PreservedMessages", "PreservedSegment"]


class PreservedSegment(Wire, frozen=True, kw_only=True):
    """The messages kept behind the summary, by the uuids of the ends."""

    head_uuid: str | None = None
    anchor_uuid: str | None = None
    tail_uuid: str | None = None


class PreservedMessages(Wire, frozen=True, kw_only=True):
    """The messages kept behind the summary, one by one."""

    anchor_uuid: str | None = None
    uuids: tuple[str, ...] = ()
    all_uuids: tuple[str, ...] = ()


class CompactMetadata(Wire, frozen=True, kw_only=True):
    """Why (`trigger` is `manual` or `auto`) and how much."""

    trigger: str | None = None
    pre_tokens: int | None = None
    post_tokens: int | None = None
    cumulative_dropped_tokens: int | None = None
    duration_ms: int | float | None = None
    preserved_segment: PreservedSegment | None = None
    preserved_messages: PreservedMessages | None = None


class CompactBoundary(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="compact_boundary"
):
    """A compaction took place.

    A synthetic user message with the summary follows, and assistant frames of local commands come
    again *with the same uuids*. Source: CLI 2.1.329.
    """

    compact_metadata: CompactMetadata | None = None
    logical_parent_uuid: str | None = None
