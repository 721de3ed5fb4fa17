"""Handles that end their actor: with `stop`, or as a context manager."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

import pykka

if TYPE_CHECKING:
    from greenroom.runtime.ref import ActorRef

__all__ = ["Stoppable"]


class Stoppable(ABC):
    """A handle whose actor is stopped by whoever holds it, ``with`` and ``async with`` included.

    A subclass says in its `stop` what is ended, and calls `_stop` for it. Thread-safe.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def actor_ref(self) -> ActorRef[Any]:
        """The actor behind the handle."""

    @abstractmethod
    def stop(self, timeout: float | None = None) -> None:
        """End it; returns when it is down. Idempotent.

        Raises:
            TimeoutError: not down within `timeout` seconds; stopping goes on.
            WouldBlock: the caller runs on a dispatcher.
        """

    def _stop(self, what: str, timeout: float | None) -> None:
        try:
            self.actor_ref.stop(timeout=timeout)
        except pykka.Timeout:
            raise TimeoutError(f"{what} is not down after {timeout} s; it goes on") from None

    async def astop(self) -> None:
        """Do what `stop` does, without blocking the event loop."""
        await self.actor_ref.stop(block=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.astop()
