"""The evidence that a failed turn leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.values.usage import Spend

if TYPE_CHECKING:
    from greenroom.values.callback_failure import CallbackFailure

__all__ = ["FailureContext"]


class FailureContext(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence a failed turn leaves behind.

    Secrets of the launch are masked in all of it but `frame`, which is what the CLI wrote, and
    which `repr` therefore leaves out.

    Attributes:
        turn_id: the turn that failed.
        session_id: its conversation, when one was observed.
        begun: the CLI said that it works on the turn: tools may have run.
        argv: command line of the process, values of sensitive flags replaced.
        cwd: working directory of the process.
        pid: process id, when there was a process.
        containment: how much of what that process started ended with it; see
            :class:`greenroom.Containment`.
        exit_code: how the process ended, when it ended by itself.
        signal: the signal that ended it.
        stderr_tail: the end of its standard error, control characters removed.
        last_frames: the heads of the last lines it wrote.
        hint: what to do about it, when that is known.
        spend: tokens and dollars of the turn, as far as the CLI reported them.
        permission_denials: tool calls that were denied before.
        callback_failures: hooks, permission handlers and tools that failed in the turn.
        frame: the result frame, when the failure was reported by one.
    """

    turn_id: str = ""
    session_id: str | None = None
    begun: bool = False
    argv: tuple[str, ...] = ()
    cwd: str | None = None
    pid: int | None = None
    containment: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    stderr_tail: str = ""
    last_frames: tuple[str, ...] = ()
    hint: str | None = None
    spend: Spend = Spend()
    permission_denials: tuple[Any, ...] = ()
    callback_failures: tuple[CallbackFailure, ...] = ()
    frame: Any = None

    def __repr__(self) -> str:
        known = {
            name: value
            for name in self.__struct_fields__
            if (value := getattr(self, name)) and name != "frame"
        }
        return f"FailureContext({', '.join(f'{name}={known[name]!r}' for name in known)})"
