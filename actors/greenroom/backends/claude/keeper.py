"""Keeps frames of a Claude process small that wait for a slow reader."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final

from greenroom_protocol import Batch
from greenroom_protocol.claude import (
    ContentBlockDelta,
    FrameDecoder,
    InputJsonDelta,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    encode_frame,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["ClaudeKeeper"]

_Line = tuple[Any, bytes]

_TEXT_OF: Final[dict[type, str]] = {
    TextDelta: "text",
    ThinkingDelta: "thinking",
    InputJsonDelta: "partial_json",
}
"""What a block grows by in pieces that mean the same when they are joined."""

_JOINED_LINES: Final = 4096
"""The most that are joined to one, so that nothing is copied more than a few times."""

_BATCH_BYTES: Final = 256 * 1024


class ClaudeKeeper:
    """Joins deltas of one block, and decodes lines again."""

    def decode(self, block: bytes) -> list[Any]:
        """Return the frames of `block`, in the order of its lines."""
        return list(FrameDecoder().decode_block(block))

    def merge(self, batches: Sequence[Batch]) -> list[Batch]:
        """Return batches in which adjacent deltas of one block are one delta.

        The joined frame has the id of the first. Batches without deltas are returned as they are.
        """
        merged: list[Batch] = []
        for growing, group in groupby(batches, _grows):
            run = list(group)
            merged += _joined(run) if growing else run
        return merged


def _grows(batch: Batch) -> bool:
    """Whether a batch has deltas, and its lines are those of its frames."""
    return any(map(_key, batch.frames)) and len(batch.lines()) == len(batch.frames)


def _joined(batches: Iterable[Batch]) -> Iterator[Batch]:
    return _batches(_join(chain.from_iterable(map(_lines, batches))))


def _lines(batch: Batch) -> Iterator[_Line]:
    return zip(batch.frames, batch.lines(), strict=True)


def _key(frame: Any) -> tuple[object, ...] | None:
    """Return what frames that may be joined have in common; None: it stays alone."""
    if type(frame) is not StreamEvent or type(frame.event) is not ContentBlockDelta:
        return None
    event = frame.event
    kind = type(event.delta)
    if kind not in _TEXT_OF or frame.user_message_uuid or frame.user_message_uuids:
        return None
    if frame.ttft_ms is not None or frame.owed_rows is not None or frame.resume_reason is not None:
        return None
    message, display = frame.api_message_id, frame.thinking_display
    return kind, event.index, message, display, frame.parent_tool_use_id, frame.session_id


def _join(lines: Iterable[_Line]) -> Iterator[_Line]:
    for key, run in groupby(lines, lambda line: _key(line[0])):
        if key is None:
            yield from run
            continue
        deltas = list(run)
        for start in range(0, len(deltas), _JOINED_LINES):
            yield _one(deltas[start : start + _JOINED_LINES])


def _one(deltas: Sequence[_Line]) -> _Line:
    if len(deltas) == 1:
        return deltas[0]
    first = deltas[0][0]
    kind = type(first.event.delta)
    name = _TEXT_OF[kind]
    text = "".join([getattr(frame.event.delta, name) for frame, _ in deltas])
    event = ContentBlockDelta(index=first.event.index, delta=kind(**{name: text}))
    frame = StreamEvent(
        event=event,
        uuid=first.uuid,
        session_id=first.session_id,
        parent_tool_use_id=first.parent_tool_use_id,
        api_message_id=first.api_message_id,
        thinking_display=first.thinking_display,
    )
    return frame, encode_frame(frame)


def _batches(lines: Iterable[_Line]) -> Iterator[Batch]:
    frames: list[Any] = []
    raw: list[bytes] = []
    size = 0
    for frame, line in lines:
        frames.append(frame)
        raw.append(line)
        size += len(line)
        if size >= _BATCH_BYTES:
            yield Batch(frames=frames, block=b"\n".join(raw))
            frames, raw, size = [], [], 0
    if frames:
        yield Batch(frames=frames, block=b"\n".join(raw))
