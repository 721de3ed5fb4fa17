"""Tell a process from its forks, for the price of comparing two integers.

`os.getpid()` would say the same and costs a system call each time.
"""

from __future__ import annotations

import os

from greenroom.runtime.errors import ForkedProcess

__all__ = ["ProcessMark"]


class _Lineage:
    """How many forks lie between this process and the one that imported us."""

    generation = 0

    @classmethod
    def descend(cls) -> None:
        cls.generation += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_Lineage.descend)


class ProcessMark:
    """Remembers the process in which it was made."""

    __slots__ = ("_generation",)

    def __init__(self) -> None:
        self._generation = _Lineage.generation

    @property
    def is_here(self) -> bool:
        """Whether the caller is in the process that made the mark."""
        return self._generation == _Lineage.generation

    def require(self, what: str) -> None:
        """Raise ForkedProcess, naming `what`, in a fork of that process."""
        if self._generation != _Lineage.generation:
            raise ForkedProcess(
                f"{what} belongs to the process that process {os.getpid()} was forked from, "
                "and no thread serves it here; create what you need after the fork"
            )
