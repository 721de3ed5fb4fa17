"""What an examination finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from greenroom.cli.exit_codes import ExitCode

__all__ = ["Finding", "Section"]


class Finding(NamedTuple):
    """One fact.

    Attributes:
        name: of the fact.
        value: of any type JSON knows; None when there is nothing to be found.
        note: what there is to say about the value.
        doubt: why it may not work.
        problem: why it cannot work.
        code: what a run would end with because of the problem.
        hint: what to do about either.
    """

    name: str
    value: Any
    note: str = ""
    doubt: str | None = None
    problem: str | None = None
    code: ExitCode | None = None
    hint: str | None = None


class Section(NamedTuple):
    """Facts that belong together."""

    title: str
    findings: tuple[Finding, ...]
