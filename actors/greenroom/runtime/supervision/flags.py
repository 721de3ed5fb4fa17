"""How a supervisor treats its children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.runtime.backoff import Backoff
from greenroom.runtime.restart_window import RestartWindow
from greenroom.runtime.supervision.child_spec import choice
from greenroom.runtime.supervision.errors import BadChildSpec, BadFlag
from greenroom.runtime.supervision.policy import AutoShutdown, Strategy

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum
    from typing import TypedDict

    class SupervisorFlags(TypedDict, total=False):
        """What may be said of a supervisor by those who have said already where it lives."""

        strategy: Strategy | str
        intensity: int
        period: float
        auto_shutdown: AutoShutdown | str
        backoff: Backoff
        mask: Callable[[str], str]


__all__ = ["Flags"]


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of a supervisor.

    Attributes:
        strategy: who is restarted along with a child.
        intensity: how many restarts there may be within the period.
        period: in seconds.
        auto_shutdown: whether significant children end it.
        backoff: the pauses between attempts to start a child again.
        events: where reports are published, besides the log.
        mask: takes secrets out of the texts of errors before they are reported.

    Raises:
        BadFlag: a value cannot be followed; its `code` says which.
    """

    strategy: Strategy | str = Strategy.ONE_FOR_ONE
    intensity: int = 1
    period: float = 5.0
    auto_shutdown: AutoShutdown | str = AutoShutdown.NEVER
    backoff: Backoff = Backoff()
    events: Any = None
    mask: Callable[[str], str] = str

    def __post_init__(self) -> None:
        """Put every field into its one form, and refuse what has none."""
        kinds: tuple[tuple[str, type[Enum]], ...] = (
            ("strategy", Strategy),
            ("auto_shutdown", AutoShutdown),
        )
        try:
            for name, kind in kinds:
                value = choice(kind, getattr(self, name), f"bad_{name}")
                msgspec.structs.force_setattr(self, name, value)
        except BadChildSpec as error:
            raise BadFlag(str(error), code=error.code) from None
        try:
            self.window()
        except ValueError as error:
            code = "bad_intensity" if "intensity" in str(error) else "bad_period"
            raise BadFlag(str(error), code=code) from None
        if not isinstance(self.backoff, Backoff):
            raise BadFlag(f"`backoff` is a Backoff, not {self.backoff!r}", code="bad_backoff")

    def window(self) -> RestartWindow:
        """Return an empty budget of restarts."""
        return RestartWindow(self.intensity, self.period)
