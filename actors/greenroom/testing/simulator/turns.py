"""Turns: which prompts are played, in what envelope, and what an interrupt does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing import scenario as steps
from greenroom.testing.simulator import wire
from greenroom.testing.simulator.interview import TurnAbortedError
from greenroom.testing.simulator.queue import TurnCutError
from greenroom.testing.simulator.turn_run import TurnRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.testing.scenario import Step
    from greenroom.testing.simulator.mcp import McpServers
    from greenroom.testing.simulator.player import Player
    from greenroom.testing.simulator.prompt import Prompt
    from greenroom.testing.simulator.queue import PromptQueue
    from greenroom.testing.simulator.speech import Speech
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play, Task

__all__ = ["Turns"]


class Turns:
    """Plays one turn at a time, in the order of the queue."""

    def __init__(
        self,
        stage: Stage,
        queue: PromptQueue,
        speech: Speech,
        player: Player,
        servers: McpServers,
    ) -> None:
        self._stage = stage
        self._queue = queue
        self._speech = speech
        self._player = player
        self._servers = servers
        # A turn's play waits once before its first step, so that it is known here by then.
        self._running: tuple[Task, TurnRun] | None = None
        self._afterwards = 0
        self._played = 0
        self._begun = 0

    @property
    def busy(self) -> bool:
        """Whether anything a prompt caused is still to be played."""
        return self._running is not None or self._afterwards > 0

    def submit(self, prompt: Prompt) -> None:
        """Queue a prompt; play it now if nothing else is played."""
        if not self._queue.accept(prompt):
            return
        if self._running is not None:
            self._queue.tell([prompt], "queued")
            return
        plan = self._plan(prompt.text)
        if plan.envelope:
            self._speech.state("running")
            self._queue.tell([prompt], "queued")
        self._begin()

    def receipt(self, *, cancel_queued: bool) -> dict[str, Any]:
        """The answer to an interrupt: what still waits, after cancelling it if asked."""
        still = [] if cancel_queued else self._queue.uuids()
        if self._running is not None and not self._running[1].announced:
            still = self._running[1].uuids + still
        receipt: dict[str, Any] = {"still_queued": still}
        if cancel_queued:
            receipt["cancelled"] = self._queue.cancel()
        return receipt

    def stop(self, instead: Sequence[Step] | None = None) -> None:
        """Abort the running turn, if any; play ``instead`` of the CLI's own abort frames."""
        if self._running is None:
            return
        task, run = self._running
        if run.catches_interrupt:
            run.interrupted = True
            return
        task.cancel()
        self._running = (self._stage.tasks.start(self._abort(run, instead)), run)

    def aside(self, played: Sequence[Step]) -> Play:
        """Play steps that belong to no turn."""
        return self._player.play(played, TurnRun([], steps.Turn(), self._begun))

    def _plan(self, text: str) -> steps.Turn:
        return self._stage.scenario.turn(text, self._played, self._stage.launch.kind)

    def _begin(self) -> None:
        prompts = self._queue.take()
        text = "\n".join(prompt.text for prompt in prompts)
        plan = self._plan(text)
        run = TurnRun(prompts, plan, self._begun)
        self._begun += 1
        for prompt in prompts:
            self._stage.store.add_prompt(
                self._stage.conversation.session_id, prompt.uuid, prompt.content
            )
        self._stage.conversation.history += len(prompts)
        if plan.envelope:
            self._queue.tell(prompts, "started")
        self._running = (self._stage.tasks.start(self._play(run)), run)

    def _play(self, run: TurnRun) -> Play:
        yield self._servers.settled
        commands = self._stage.launch.slash_commands
        if run.prompts[0].is_clear:
            yield from self._clear(run, forget=commands)
            return
        if not run.prompts[0].query:
            yield from self._append(run)
            return
        self._played += run.plan.when is None
        if run.plan.envelope:
            self._speech.init(run)
            self._replay(run)
        try:
            yield from self._player.play(run.plan.steps, run)
        except TurnAbortedError:
            yield from self._abort(run, None)
            return
        except TurnCutError:
            cut = {"terminal_reason": "aborted_tools", "stop_reason": "tool_use"}
            self._speech.results.write(steps.Result(text=""), run, cut)
            yield from self._end(run, "cancelled")
            return
        if run.result is None and run.plan.result and run.plan.envelope:
            self._speech.results.write(steps.Result(), run, {})
        yield from self._end(run, run.ending)

    def _replay(self, run: TurnRun) -> None:
        if self._stage.launch.replay:
            for prompt in run.prompts:
                frame = self._stage.conversation.user_frame(prompt.content, isReplay=True)
                self._stage.emit(frame)

    def _append(self, run: TurnRun) -> Play:
        self._speech.init(run)
        self._replay(run)
        self._local_result(run)
        yield from self._end(run, "completed")

    def _clear(self, run: TurnRun, *, forget: bool) -> Play:
        talk, stage = self._stage.conversation, self._stage
        if forget:
            reset = {"type": "conversation_reset", "trigger": "clear", **run.covered()}
            reset.pop("user_message_uuids", None)
            frame = talk.stamp(reset)
            stage.emit(frame | {"new_conversation_id": frame["uuid"]})
            tasks = {"type": "system", "subtype": "background_tasks_changed", "tasks": []}
            stage.emit(talk.stamp(tasks))
            talk.clear()
            stage.store.continue_from(None)
        self._speech.init(run)
        self._local_result(run, local_command="clear")
        yield from self._end(run, "completed")

    def _local_result(self, run: TurnRun, **members: Any) -> None:
        drop = ("terminal_reason", "api_error_status")
        fields = {"num_turns": 0, "stop_reason": None, **members}
        self._speech.results.write(steps.Result(text="", drop=drop), run, fields)

    def _abort(self, run: TurnRun, instead: Sequence[Step] | None) -> Play:
        yield 0.0
        if run.plan.envelope and not run.announced:
            self._speech.init(run)
        if instead is None:
            self._abort_frames(run)
        else:
            yield from self._player.play(instead, run)
        if run.result is None and (run.plan.envelope or instead is None):
            tools = bool(run.open_tools) or run.user_frames > 1
            reason = "aborted_tools" if tools else "aborted_streaming"
            result = steps.Result("error_during_execution", fields={"usage": wire.no_usage()})
            self._speech.results.write(result, run, {"terminal_reason": reason})
        yield from self._end(run, "cancelled")

    def _abort_frames(self, run: TurnRun) -> None:
        self._speech.abandon(run)
        in_tool = bool(run.open_tools)
        for call_id in list(run.open_tools):
            stopped = "User rejected tool use"
            self._speech.give_result(
                run, call_id, wire.TOOL_STOPPED, is_error=True, structured=stopped
            )
        text = wire.INTERRUPTED_IN_TOOL if in_tool else wire.INTERRUPTED
        self._speech.hear(run, [{"type": "text", "text": text}])

    def _end(self, run: TurnRun, state: str) -> Play:
        if run.plan.envelope:
            self._queue.tell(run.starters, state)
        self._running = None
        self._afterwards += 1
        if len(self._queue):
            self._begin()
        elif run.plan.envelope:
            self._speech.state("idle")
        yield from self._player.play(run.plan.after, TurnRun([], run.plan, run.number))
        self._afterwards -= 1
