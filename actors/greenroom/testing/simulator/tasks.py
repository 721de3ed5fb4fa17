"""Cooperative tasks: generators that say what they wait for.

A *play* yields a number (seconds to wait) or a function without arguments (wait until it returns
true). The simulated CLI runs all its plays on one thread between two calls of ``select``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TypeAlias

__all__ = ["Play", "Task", "Tasks"]

Play: TypeAlias = Generator[float | Callable[[], bool], None, None]


class Task:
    """A play under way."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.wake_at: float | None = None
        self._condition: Callable[[], bool] | None = None
        self.done = False

    def cancel(self) -> None:
        """End the play where it waits."""
        self.done = True
        self._play.close()

    def ready(self) -> bool:
        """Whether it can go on now."""
        if self.wake_at is not None:
            return time.monotonic() >= self.wake_at
        return self._condition is None or self._condition()

    def advance(self) -> None:
        """Run it up to its next wait."""
        try:
            wait = next(self._play)
        except StopIteration:
            self.done = True
            return
        if callable(wait):
            self.wake_at, self._condition = None, wait
        else:
            self.wake_at, self._condition = time.monotonic() + wait, None


class Tasks:
    """All plays of one process."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []

    def start(self, play: Play) -> Task:
        """Run a play up to its first wait; :meth:`run` goes on from there."""
        task = Task(play)
        self._tasks.append(task)
        task.advance()
        return task

    def run(self) -> None:
        """Advance whatever can go on until nothing can."""
        progress = True
        while progress:
            progress = False
            for task in list(self._tasks):
                if not task.done and task.ready():
                    task.advance()
                    progress = True
            self._tasks = [task for task in self._tasks if not task.done]

    def seconds_to_wait(self) -> float | None:
        """How long nothing will happen by itself; None means for ever."""
        wakes = [task.wake_at for task in self._tasks if task.wake_at is not None]
        return max(0.0, min(wakes) - time.monotonic()) if wakes else None
