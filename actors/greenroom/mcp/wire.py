"""The seam between an MCP client and what carries its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom.runtime.process import StopLadder
    from greenroom_protocol import Garbage
    from greenroom_protocol.jsonrpc import Message

__all__ = ["Severed", "Wire", "WireEnd", "WireOwner"]


class WireEnd(NamedTuple):
    """Why a wire is down.

    Attributes:
        message: in words; may hold secrets.
        permanent: starting it again would not help.
    """

    message: str
    permanent: bool = False


class Severed(NamedTuple):
    """The answer to one request is lost, while the wire lives on.

    Attributes:
        number: the id of the request.
        why: in words.
    """

    number: Any
    why: str


class WireOwner(Protocol):
    """What the owner of a wire hears, always on the dispatcher."""

    def on_wire_up(self, pid: int | None) -> None:
        """Hear that messages can be sent; at most once, and first."""

    def on_wire_messages(self, messages: Sequence[Message | Garbage | Severed]) -> None:
        """Take what was read, in order."""

    def on_wire_down(self, end: WireEnd) -> None:
        """Hear that nothing of it is left; once, and last, whatever was the matter."""


class Wire(Protocol):
    """One connection to a server, used once. Its methods are for the dispatcher; none blocks."""

    def open(self) -> None:
        """Begin; the owner hears how it goes, later."""

    def send(self, line: bytes) -> None:
        """Send a message, once it is up.

        Raises:
            OutQueueFull: the server does not read; nothing was taken.
        """

    def agree(self, version: str) -> None:
        """Take note of the version of MCP that was agreed upon."""

    def close(self) -> None:
        """End it, politely if it can be; `on_wire_down` tells when it is done. Idempotent."""

    def hasten(self, ladder: StopLadder) -> None:
        """Be no slower to close than `ladder`."""

    def abandon(self) -> None:
        """Let go of it here and now, because the dispatcher ends. Nothing is told any more."""

    def evidence(self) -> str:
        """Return what the server said last beside the messages; may hold secrets."""
