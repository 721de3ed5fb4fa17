"""Prompts that wait for their turn, and what the CLI tells about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.testing.simulator.prompt import Prompt
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["PromptQueue", "TurnCutError"]


class TurnCutError(Exception):
    """A prompt of priority ``now`` ends the running turn."""


class PromptQueue:
    """First in, first out; merging what the CLI merges."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: list[Prompt] = []
        self._seen: set[str] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def accept(self, prompt: Prompt) -> bool:
        """Append a prompt; False drops it silently: its uuid was used before."""
        if prompt.uuid is not None:
            if prompt.uuid in self._seen:
                return False
            self._seen.add(prompt.uuid)
        self._waiting.append(prompt)
        return True

    def tell(self, prompts: Iterable[Prompt], state: str) -> None:
        """Write ``command_lifecycle`` for the prompts the client named."""
        for prompt in prompts:
            if prompt.uuid is not None:
                frame = {
                    "type": "command_lifecycle",
                    "command_uuid": prompt.uuid,
                    "state": state,
                }
                self._stage.emit(self._stage.conversation.stamp(frame))

    def take(self) -> list[Prompt]:
        """Remove the prompts of the next turn."""
        count = 1
        if self._stage.scenario.queueing == "merge" and self._mergeable(self._waiting[0]):
            while count < len(self._waiting) and self._mergeable(self._waiting[count]):
                count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def fold(self, run: TurnRun) -> None:
        """Let waiting prompts join a turn that is in its tool loop.

        Raises:
            TurnCutError: one of them wants the turn to end.
        """
        if self._stage.scenario.queueing != "merge" or not run.starters:
            return
        if any(prompt.priority == "now" for prompt in self._waiting):
            raise TurnCutError
        folded = [prompt for prompt in self._waiting if self._mergeable(prompt)]
        self._waiting = [prompt for prompt in self._waiting if prompt not in folded]
        run.prompts.extend(folded)
        self.tell(folded, "started")
        self.tell(folded, "completed")

    def cancel(self, uuid: str | None = None) -> list[str]:
        """Drop the prompt of this uuid, or all; returns the uuids that were dropped."""
        dropped = [each for each in self._waiting if uuid is None or each.uuid == uuid]
        self._waiting = [each for each in self._waiting if each not in dropped]
        self.tell(dropped, "cancelled")
        return [each.uuid for each in dropped if each.uuid is not None]

    def uuids(self) -> list[str]:
        """The named prompts that wait."""
        return [prompt.uuid for prompt in self._waiting if prompt.uuid is not None]

    def human(self) -> int:
        """``queued_turn_count``: only prompts that say they come from a human."""
        origins = (prompt.origin or {} for prompt in self._waiting)
        return sum(origin.get("kind") == "human" for origin in origins)

    def _mergeable(self, prompt: Prompt) -> bool:
        return prompt.priority == "next" and prompt.query and not prompt.is_clear
