"""The simulated CLI as a process: built from its parts, then one loop until it exits."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING, NoReturn

from greenroom.testing.simulator.asks import Questions
from greenroom.testing.simulator.control import Control
from greenroom.testing.simulator.conversation import Conversation
from greenroom.testing.simulator.interview import Interview
from greenroom.testing.simulator.mcp import McpServers
from greenroom.testing.simulator.mischief import Mischief
from greenroom.testing.simulator.player import Player
from greenroom.testing.simulator.queue import PromptQueue
from greenroom.testing.simulator.signals import Signals
from greenroom.testing.simulator.speech import Speech
from greenroom.testing.simulator.stage import Stage
from greenroom.testing.simulator.stdin import Stdin
from greenroom.testing.simulator.store import Store
from greenroom.testing.simulator.turns import Turns

if TYPE_CHECKING:
    from greenroom.testing.scenario import Scenario
    from greenroom.testing.simulator.launch import Launch
    from greenroom.testing.simulator.recorder import Recorder
    from greenroom.testing.simulator.tasks import Play

__all__ = ["Process"]


class Process:
    """One run of the simulated CLI, single-threaded."""

    def __init__(
        self,
        scenario: Scenario,
        launch: Launch,
        recorder: Recorder,
        *,
        gates: str | None = None,
        launch_number: int = 1,
    ) -> None:
        cwd = os.getcwd()  # noqa: PTH109 - pathlib costs start-up time
        stage = Stage(
            scenario,
            launch,
            conversation=Conversation(scenario, launch, cwd),
            recorder=recorder,
            store=Store(launch.config if launch.persistent else None, cwd, scenario.cli_version),
            gates=gates,
            launch_number=launch_number,
        )
        self._stage = stage
        self._signals = Signals(stage)
        self._questions = Questions(stage)
        servers = McpServers(stage, self._questions)
        queue = PromptQueue(stage)
        speech = Speech(stage, queue, servers)
        interview = Interview(stage, speech, self._questions, servers)
        player = Player(stage, speech, interview, Mischief(stage, speech, queue))
        self._turns = Turns(stage, queue, speech, player, servers)
        control = Control(
            stage,
            queue=queue,
            interview=interview,
            servers=servers,
            turns=self._turns,
        )
        self._stdin = Stdin(stage, turns=self._turns, control=control, questions=self._questions)
        self._servers = servers

    def run(self) -> NoReturn:
        """Play the scenario and exit."""
        stage = self._stage
        stage.recorder.note("running")
        stage.tasks.start(self._start())
        while True:
            stage.tasks.run()
            if stage.exit_code is not None and stage.out.is_flushed():
                stage.recorder.note("exit", code=stage.exit_code)
                os._exit(stage.exit_code)
            self._wait_and_serve()

    def _wait_and_serve(self) -> None:
        stage = self._stage
        readers = [self._signals.wake_fd] + ([0] if stage.reading else [])
        writers = [stage.out.fd] if stage.out.pending else []
        timeout = stage.tasks.seconds_to_wait()
        readable, writable, _ = select.select(readers, writers, [], timeout)
        if writable:
            stage.out.flush()
        if self._signals.wake_fd in readable:
            for number in self._signals.caught():
                self._react(number)
        if 0 in readable and stage.reading:
            self._stdin.read()
            if self._stdin.ended:
                self._end_of_input()

    def _start(self) -> Play:
        stage = self._stage
        yield from self._turns.aside(stage.scenario.on_start)
        if self._resume():
            self._servers.connect(stage.launch.sdk_servers)
            stage.reading = True

    def _resume(self) -> bool:
        """Go on with a stored conversation; False when it cannot be and the process will exit."""
        stage, launch = self._stage, self._stage.launch
        wanted = launch.resume or (stage.store.newest() if launch.latest else None)
        if wanted is None:
            return not self._taken(launch.session_id)
        stored = stage.store.load(wanted, launch.resume_at)
        if stored is None:
            return self._refuse(wanted, f"No conversation found with session ID: {wanted}")
        if launch.resume_at is not None and launch.resume_at not in stored.uuids:
            return self._refuse(
                wanted, f"No message found with message.uuid of: {launch.resume_at}"
            )
        if self._taken(launch.session_id):
            return False
        reaction, talk = stage.scenario.on_resume, stage.conversation
        if reaction == "forget":
            return True
        talk.history = stored.history
        talk.total_cost_usd = stored.total_cost_usd
        talk.model_usage = {model: dict(usage) for model, usage in stored.model_usage.items()}
        if launch.fork or reaction == "fork":
            stage.store.copy(wanted, talk.session_id)
        else:
            talk.session_id = wanted
        stage.store.continue_from(launch.resume_at or stored.last_uuid)
        return True

    def _taken(self, session_id: str | None) -> bool:
        if session_id is None or self._stage.store.load(session_id) is None:
            return False
        self._stage.complain(f"Error: Session ID {session_id} is already in use.")
        self._stage.leave(1)
        return True

    def _refuse(self, session_id: str, text: str) -> bool:
        """Write the fatal start-up result: ``type`` first, no ``result``, exit code 1."""
        talk = self._stage.conversation
        talk.session_id = session_id
        frame = talk.result_frame("error_during_execution", "", num_turns=0, errors=[text])
        fatal = {"type": "result", "subtype": "error_during_execution", "duration_ms": 0}
        drop = ("terminal_reason", "ttft_ms", "queued_turn_count")
        self._stage.emit(fatal | {key: frame[key] for key in frame if key not in drop})
        self._stage.complain(text)
        self._stage.leave(1)
        return False

    def _end_of_input(self) -> None:
        self._stage.recorder.note("eof")
        self._questions.close()
        reaction = self._stage.scenario.on_eof
        if reaction == "finish":
            self._stage.tasks.start(self._finish())
        elif not isinstance(reaction, str):
            self._stage.tasks.start(self._turns.aside(reaction))

    def _finish(self) -> Play:
        yield lambda: not self._turns.busy
        self._stage.leave(1 if self._stage.conversation.failed else 0)

    def _react(self, number: int) -> None:
        reaction = self._stage.scenario.on_sigterm
        if number == signal.SIGINT:
            self._turns.stop()
            self._stage.tasks.start(self._leave_after_abort())
        elif not isinstance(reaction, str):
            self._stage.tasks.start(self._turns.aside(reaction))

    def _leave_after_abort(self) -> Play:
        yield lambda: not self._turns.busy
        self._stage.leave(0)
