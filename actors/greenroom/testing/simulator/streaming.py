"""Stream events around the blocks of an API message, when partial messages are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator import wire
from greenroom.testing.simulator.ids import new_uuid
from greenroom.testing.simulator.lines import encode_line

if TYPE_CHECKING:
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["Streaming"]


class Streaming:
    """Keeps track of the message that is being written; silent without partial messages."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._partial = stage.launch.partial
        self._open_block: int | None = None

    def open(self, run: TurnRun) -> None:
        """Begin an API message unless one is being written."""
        if run.message_id is not None:
            return
        run.message_id = f"msg_{new_uuid()[:8]}"
        run.blocks = 0
        run.messages += 1
        if self._partial:
            talk = self._stage.conversation
            status = {"type": "system", "subtype": "status", "status": "requesting"}
            self._stage.emit(talk.stamp(status))
            message = wire.assistant_message(run.message_id, talk.model, [])
            self._event(run, {"type": "message_start", "message": message}, ttft_ms=12)

    def start_block(self, run: TurnRun, block: dict[str, Any]) -> None:
        """Begin the next block of the message."""
        self._open_block = run.blocks
        start = {"type": "content_block_start", "index": run.blocks, "content_block": block}
        self._event(run, start)

    def delta(self, run: TurnRun, delta: dict[str, Any]) -> None:
        """A piece of the block."""
        event = {"type": "content_block_delta", "index": run.blocks, "delta": delta}
        self._event(run, event)

    def input_delta(self, run: TurnRun, tool_input: Any) -> None:
        """The input of a tool call as one piece of JSON text."""
        text = encode_line(tool_input).decode().rstrip("\n")
        self.delta(run, {"type": "input_json_delta", "partial_json": text})

    def stop_block(self, run: TurnRun, index: int) -> None:
        """End a block; its ``assistant`` frame was written already."""
        self._open_block = None
        self._event(run, {"type": "content_block_stop", "index": index})

    def close(self, run: TurnRun) -> None:
        """End the message, if one is being written."""
        if run.message_id is None:
            return
        stop_reason = "tool_use" if run.open_tools else "end_turn"
        delta = {"stop_reason": stop_reason, "stop_sequence": None}
        usage = {"output_tokens": run.plan.output_tokens}
        self._event(run, {"type": "message_delta", "delta": delta, "usage": usage})
        self._event(run, {"type": "message_stop"})
        run.message_id = None

    def abandon(self, run: TurnRun) -> None:
        """End the message as the CLI does after an interrupt: open blocks are to be discarded."""
        if run.message_id is None:
            return
        index, self._open_block = self._open_block, None
        if index is None:
            self.close(run)
            return
        self._event(run, {"type": "content_block_stop", "index": index})
        abandoned = {"api_message_id": run.message_id, "from_block_index": index}
        self._event(run, {"type": "message_stop"}, abandoned_blocks=abandoned)
        run.message_id = None

    def _event(self, run: TurnRun, event: dict[str, Any], **members: Any) -> None:
        if not self._partial:
            return
        frame = {"type": "stream_event", "event": event, "parent_tool_use_id": None}
        members["api_message_id"] = run.message_id
        self._stage.emit(self._stage.conversation.stamp(frame) | members)
