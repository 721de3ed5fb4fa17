"""What is wrong with an option, and what to write instead."""

from __future__ import annotations

from greenroom_protocol.errors import LocalProtocolError

__all__ = ["OptionError"]


class OptionError(LocalProtocolError):
    """An option that cannot be used; raised before anything is spawned or sent.

    Attributes:
        option: its name as the caller wrote it.
        problem: what is wrong, without the value.
        value: the value as a bounded `repr`, `***` where secrets travel, None if beside the point.
        hint: what to do, may be empty.
    """

    option: str
    problem: str
    value: str | None
    hint: str

    def __init__(
        self,
        option: str,
        problem: str,
        value: str | None = None,
        hint: str = "",
    ) -> None:
        # positional, so that pickling gives the same error back
        super().__init__(option, problem, value, hint)
        self.option = option
        self.problem = problem
        self.value = value
        self.hint = hint

    def __str__(self) -> str:
        got = "" if self.value is None else f", got {self.value}"
        hint = f"; {self.hint}" if self.hint else ""
        return f"option {self.option}: {self.problem}{got}{hint}"
