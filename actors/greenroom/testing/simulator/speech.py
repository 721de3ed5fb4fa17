"""Steps that write the frames of a conversation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from greenroom.testing import scenario as steps
from greenroom.testing.simulator import wire
from greenroom.testing.simulator.ids import new_uuid, timestamp
from greenroom.testing.simulator.placeholders import fill
from greenroom.testing.simulator.results import Results
from greenroom.testing.simulator.streaming import Streaming

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from greenroom.testing.simulator.mcp import McpServers
    from greenroom.testing.simulator.placeholders import Values
    from greenroom.testing.simulator.queue import PromptQueue
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["Speech"]

_WORD = re.compile(r"\S*\s*")


class Speech:
    """Writes what a model, its tools and the CLI around it say."""

    def __init__(self, stage: Stage, queue: PromptQueue, servers: McpServers) -> None:
        self._stage = stage
        self._talk = stage.conversation
        self._queue = queue
        self._servers = servers
        self._streaming = Streaming(stage)
        self.results = Results(stage, queue, self._streaming, self.values)

    def table(self) -> dict[type, Callable[[Any, TurnRun], Play | None]]:
        """The step each method plays."""
        return {
            steps.Text: self._text,
            steps.Deltas: self._deltas,
            steps.Thinking: self._thinking,
            steps.ToolUse: self._tool_use,
            steps.ToolResult: self._tool_result,
            steps.ApiRetry: self._api_retry,
            steps.RateLimit: self._rate_limit,
            steps.Init: self._init,
            steps.Unsolicited: self._unsolicited,
            **self.results.table(),
        }

    def values(self, run: TurnRun) -> Values:
        """What the placeholders stand for during a turn."""
        talk, uuids = self._talk, run.uuids
        return {
            "session_id": lambda: talk.session_id,
            "uuid": new_uuid,
            "prompt_uuid": lambda: uuids[0] if uuids else None,
            "prompt_uuids": lambda: uuids,
            "prompt": lambda: run.prompt_text,
            "model": lambda: talk.model,
            "cwd": lambda: talk.cwd,
            "turn": lambda: run.number,
            "history": lambda: max(0, talk.history - len(run.prompts)),
            "launch": lambda: self._stage.launch_number,
        }

    def init(self, run: TurnRun) -> None:
        """Write the ``system/init`` of the turn."""
        run.announced = True
        self._stage.emit(self._talk.init_frame(self._servers.listing(), run.uuids))

    def state(self, state: str) -> None:
        """Write ``session_state_changed``, if it is wanted."""
        self._stage.emit(self._talk.state_frame(state))

    def say(self, run: TurnRun, block: dict[str, Any], **members: Any) -> None:
        """Write one block of the running API message as an ``assistant`` frame."""
        message = wire.assistant_message(run.message_id or "", self._talk.model, [block])
        frame = {"type": "assistant", "message": message, "parent_tool_use_id": None}
        frame = self._talk.stamp(frame) | {"timestamp": timestamp(), "request_id": "req_simulated"}
        frame |= members | run.covered_once()
        run.blocks += 1
        self._stage.emit(frame)
        self._stage.store.add_frame(frame)

    def hear(self, run: TurnRun, content: Any, **members: Any) -> None:
        """Write a ``user`` frame: tool results and notices."""
        self._streaming.close(run)
        frame = self._talk.user_frame(content, **members)
        run.user_frames += 1
        self._stage.emit(frame)
        self._stage.store.add_frame(frame)

    def abandon(self, run: TurnRun) -> None:
        """End a message in the middle: what was streamed is kept, marked as aborted."""
        if run.streamed:
            self.say(run, {"type": "text", "text": run.streamed}, aborted=True)
        self._streaming.abandon(run)

    def _text(self, step: steps.Text, run: TurnRun) -> Play:
        text = str(fill(step.text, self.values(run)))
        return self._block_of_text(run, [word for word in _WORD.findall(text) if word], 0.0)

    def _deltas(self, step: steps.Deltas, run: TurnRun) -> Play:
        pieces = [str(piece) for piece in fill(step.pieces, self.values(run))]
        return self._block_of_text(run, pieces, step.pause_seconds)

    def _block_of_text(self, run: TurnRun, pieces: Sequence[str], pause: float) -> Play:
        self._streaming.open(run)
        self._streaming.start_block(run, {"type": "text", "text": ""})
        for number, piece in enumerate(pieces):
            if pause and number:
                yield pause
            run.streamed += piece
            self._streaming.delta(run, {"type": "text_delta", "text": piece})
            if not self._stage.out.has_room():
                yield self._stage.out.has_room
        run.text, run.streamed = run.streamed, ""
        index = run.blocks
        self.say(run, {"type": "text", "text": run.text})
        self._streaming.stop_block(run, index)

    def _thinking(self, step: steps.Thinking, run: TurnRun) -> None:
        thinking = fill(step.thinking, self.values(run))
        block = {"type": "thinking", "thinking": thinking, "signature": "c2lnbmVk"}
        self._streaming.open(run)
        self._streaming.start_block(run, block | {"thinking": "", "signature": ""})
        self._streaming.delta(run, {"type": "thinking_delta", "thinking": thinking})
        self._streaming.delta(run, {"type": "signature_delta", "signature": "c2lnbmVk"})
        index = run.blocks
        self.say(run, block)
        self._streaming.stop_block(run, index)

    def _tool_use(self, step: steps.ToolUse, run: TurnRun) -> None:
        call_id = step.id or f"toolu_{new_uuid()[:8]}"
        self.call_tool(run, step.name, fill(step.input, self.values(run)), call_id)

    def call_tool(self, run: TurnRun, name: str, tool_input: Any, call_id: str) -> None:
        """Write a tool call; it stays open until its result."""
        block = {"type": "tool_use", "id": call_id, "name": name, "input": tool_input}
        run.open_tools[call_id] = block
        self._streaming.open(run)
        self._streaming.start_block(run, block | {"input": {}})
        self._streaming.input_delta(run, tool_input)
        index = run.blocks
        self.say(run, block)
        self._streaming.stop_block(run, index)

    def _tool_result(self, step: steps.ToolResult, run: TurnRun) -> None:
        content = fill(step.content, self.values(run))
        structured = fill(step.structured, self.values(run))
        self.give_result(
            run, step.tool_use_id, content, is_error=step.is_error, structured=structured
        )
        self._queue.fold(run)

    def give_result(
        self,
        run: TurnRun,
        tool_use_id: str | None,
        content: Any,
        *,
        is_error: bool = False,
        structured: Any = UNSET,
    ) -> None:
        """Write the result of a tool call: the oldest open one when no id is given."""
        call_id = tool_use_id or next(iter(run.open_tools), f"toolu_{new_uuid()[:8]}")
        run.open_tools.pop(call_id, None)
        block = {
            "tool_use_id": call_id,
            "type": "tool_result",
            "content": content,
            "is_error": is_error,
        }
        if structured is UNSET:
            structured = f"Error: {content}" if is_error else _structured(content)
        self.hear(run, [block], tool_use_result=structured)

    def _api_retry(self, step: steps.ApiRetry, _run: TurnRun) -> None:
        frame = {
            "type": "system",
            "subtype": "api_retry",
            "attempt": step.attempt,
            "max_retries": step.max_retries,
            "retry_delay_ms": step.delay_ms,
            "error_status": step.status,
            "error": step.error,
        }
        self._stage.emit(self._talk.stamp(frame))

    def _rate_limit(self, step: steps.RateLimit, _run: TurnRun) -> None:
        members = {
            "status": step.status,
            "resetsAt": step.resets_at,
            "rateLimitType": step.limit,
            "utilization": step.utilization,
            "isUsingOverage": False,
        }
        info = {key: value for key, value in members.items() if value is not None}
        self._stage.emit(self._talk.stamp({"type": "rate_limit_event", "rate_limit_info": info}))

    def _init(self, step: steps.Init, run: TurnRun) -> None:
        run.announced = True
        frame = self._talk.init_frame(self._servers.listing(), run.uuids)
        frame |= fill(step.fields, self.values(run))
        self._stage.emit({key: frame[key] for key in frame if key not in step.drop})

    def _unsolicited(self, step: steps.Unsolicited, run: TurnRun) -> Play:
        own = type(run)([], steps.Turn(), run.number)
        self.state("running")
        self.init(own)
        yield from self._text(steps.Text(step.text), own)
        origin = {"kind": "task-notification", "producer": "session-task", "runId": new_uuid()}
        self.results.write(steps.Result(fields={"origin": origin}), own, {})
        self.state("idle")


def _structured(content: Any) -> Any:
    if isinstance(content, str):
        return {"stdout": content, "stderr": "", "interrupted": False, "isImage": False}
    return content
