"""Keeps forked copies of the host from holding the pipes of our children.

A copy (`os.fork`, `multiprocessing`) that holds the writing end of a stdin would keep an agent
alive that waits for the end of its input. Copies neither signal nor reap: see `DirectLeader`.
"""

from __future__ import annotations

import os
from typing import Final, Protocol
from weakref import WeakSet

__all__ = ["let_go_after_fork"]


class _Holder(Protocol):
    def disown(self) -> None:
        """Close all pipes, without a word to anybody."""


_holders: Final[WeakSet[_Holder]] = WeakSet()


def let_go_after_fork(holder: _Holder) -> None:
    """Have `holder.disown()` called in every copy that is forked while `holder` lives."""
    _holders.add(holder)


def _let_go() -> None:
    for holder in tuple(_holders):
        holder.disown()


if hasattr(os, "register_at_fork"):  # a hook cannot be taken back, hence one for all
    os.register_at_fork(after_in_child=_let_go)
