"""Plays steps: one table from the kind of step to what plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.testing import scenario as steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.testing.scenario import Step
    from greenroom.testing.simulator.interview import Interview
    from greenroom.testing.simulator.mischief import Mischief
    from greenroom.testing.simulator.speech import Speech
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["Player"]


class Player:
    """Plays steps one after the other, no faster than the reader takes their bytes."""

    def __init__(
        self, stage: Stage, speech: Speech, interview: Interview, mischief: Mischief
    ) -> None:
        self._out = stage.out
        self._table = {
            steps.Repeat: self._repeat,
            **speech.table(),
            **mischief.table(),
            **interview.table(self.play),
        }

    def play(self, played: Sequence[Step], run: TurnRun) -> Play:
        """Play steps as part of a turn."""
        for step in played:
            play = self._table[type(step)](step, run)
            if play is not None:
                yield from play
            if not self._out.has_room():
                yield self._out.has_room

    def _repeat(self, step: steps.Repeat, run: TurnRun) -> Play:
        for _ in range(step.times):
            yield from self.play(step.steps, run)
