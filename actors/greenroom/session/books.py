"""The books of a session: turns and money, shown on its board and passed on to its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from greenroom.session.messages import Spent
from greenroom.values.usage import NOTHING, Spend, Totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.session.board import Board

__all__ = ["Books"]


class Books:
    """Keeps the totals of one session.

    Args:
        board: where they are shown.
        report: tells a parent what was added.
    """

    def __init__(self, board: Board, report: Callable[[Spent], object] | None) -> None:
        self._board = board
        self._report = report

    def turn(self, *, completed: bool) -> None:
        """Count a turn that has its outcome."""
        self.add(Totals(turns=1, completed=int(completed)))

    def spend(self, spend: Spend) -> None:
        """Count what a result reported, whoever asked for it."""
        if spend != NOTHING:
            self.add(Totals(spend=spend))

    def add(self, more: Totals) -> None:
        """Count what a child or a result added."""
        now = self._board.info.totals
        self._board.update(
            totals=msgspec.structs.replace(
                now,
                spend=now.spend + more.spend,
                turns=now.turns + more.turns,
                completed=now.completed + more.completed,
            )
        )
        if self._report is not None:
            self._report(Spent(more))
