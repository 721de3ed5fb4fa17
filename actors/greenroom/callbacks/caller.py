"""Who gave a callback: its context variables, and the event loop it lives on."""

from __future__ import annotations

import sys
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import asyncio

__all__ = ["Caller"]


class Caller(NamedTuple):
    """Where callbacks come from, and are run as if they were called there.

    Attributes:
        context: its context variables, those of a logging context among them.
        loop: its event loop; None when it runs on none.
    """

    context: Context
    loop: asyncio.AbstractEventLoop | None

    @classmethod
    def here(cls) -> Self:
        """Return the caller of this, as of now."""
        asyncio = sys.modules.get("asyncio")  # a program that has not loaded it runs no loop
        loop = None if asyncio is None else asyncio._get_running_loop()  # noqa: SLF001 - documented for frameworks, and does not raise
        return cls(copy_context(), loop)
