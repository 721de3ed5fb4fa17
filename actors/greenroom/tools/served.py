"""A server of this program, as its client has it: a message comes, a reply goes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from greenroom.tools.replies import failed
from greenroom_protocol.claude.control import McpAnswer
from greenroom_protocol.jsonrpc import Malformed, Request, read_incoming

if TYPE_CHECKING:
    from greenroom.callbacks import Errand
    from greenroom_protocol.jsonrpc import Notification

__all__ = ["Served", "tool_use_id"]


class Served(ABC):
    """A server, and one client of it."""

    def answer(self, message: Any) -> McpAnswer | Errand:
        """Return the reply to a JSON-RPC message, or what has to be run for it.

        For one thread; never waits. What wants no reply is acknowledged.
        """
        try:
            incoming = read_incoming(message)
        except Malformed as error:
            return failed(error.id, error.code, str(error))
        if isinstance(incoming, Request):
            return self._ask(incoming, message)
        if incoming is not None:
            self._tell(incoming, message)
        return McpAnswer.acknowledge()

    @abstractmethod
    def close(self) -> None:
        """The client is gone: end what runs for it. Never waits."""

    @abstractmethod
    def _ask(self, request: Request, message: dict[str, Any]) -> McpAnswer | Errand:
        """Take a request; `message` is how it came."""

    @abstractmethod
    def _tell(self, notification: Notification, message: dict[str, Any]) -> None:
        """Take a notification; `message` is how it came."""


def tool_use_id(request: Request) -> str | None:
    """Return the call of the model that a request is made for."""
    meta = request.params.get("_meta")
    given = meta.get("claudecode/toolUseId") if isinstance(meta, dict) else None
    return given if isinstance(given, str) else None
