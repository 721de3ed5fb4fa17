"""The servers of one process of the CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.callbacks import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.callbacks import Errand
    from greenroom.tools.served import Served
    from greenroom.tools.server_message import ServerMessage
    from greenroom_protocol.claude.control import McpAnswer

__all__ = ["Connection"]


class Connection:
    """All servers of a session, for one process: ids of requests mean something in it alone.

    A service. `answer` is for one thread, the dispatcher's; neither method ever waits.
    """

    def __init__(self, served: Mapping[str, Served]) -> None:
        self._served = dict(served)

    def answer(self, inquiry: ServerMessage) -> McpAnswer | Errand | Refusal:
        """Return the answer to a message, or what has to be run for it."""
        served = self._served.get(inquiry.server)
        if served is None:
            known = ", ".join(self._served) or "none"
            return Refusal(f"there is no MCP server {inquiry.server!r} here; there is: {known}")
        return served.answer(inquiry.message)

    def close(self) -> None:
        """The process is gone: cancel what runs for it, and answer no more."""
        served, self._served = self._served, {}
        for server in served.values():
            server.close()
