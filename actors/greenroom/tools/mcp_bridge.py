"""A server of the `mcp` package, served to one process as it is.

Every message goes through to a real session of that server, so whatever it can do works: resources,
prompts, completion, its own notifications. The reply is matched by its id.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from greenroom.callbacks import Errand
from greenroom.runtime import Future
from greenroom.tools.mcp_session import McpSession
from greenroom.tools.replies import failed, notification, replied
from greenroom.tools.served import Served, tool_use_id
from greenroom_protocol.claude.control import McpAnswer
from greenroom_protocol.jsonrpc import INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND
from greenroom_protocol.mcp import CANCELLED, taken_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks import Call, CallbackFailure
    from greenroom_protocol.jsonrpc import MessageId, Notification, Request

__all__ = ["McpBridge"]


class McpBridge(Served):
    """A server of the `mcp` package, and one client of it. `answer` is for one thread.

    The server runs on an event loop of a thread of its own, from the first message until `close`.
    One that failed is started again by the next ``initialize``. What it asks its client for
    (sampling, elicitation, roots) is refused.

    Args:
        name: what the client calls it.
        server: a low-level server.
        notify: takes what the client is to be told, on any thread.
    """

    def __init__(
        self, name: str, server: Any, *, notify: Callable[[dict[str, Any]], object]
    ) -> None:
        self._name = name
        self._server = server
        self._notify = notify
        self._lock = threading.Lock()
        self._waiting: dict[MessageId, tuple[McpSession, Future[dict[str, Any]]]] = {}
        self._session: McpSession | None = None

    def close(self) -> None:
        """End the server, and its thread with it, in its own time."""
        session, self._session = self._session, None
        if session is not None:
            session.close()
            self._refuse_all(session)

    # --- to the server ------------------------------------------------------------------------

    def _tell(self, notification: Notification, message: dict[str, Any]) -> None:
        if self._session is not None:
            self._session.post(message)
        request_id = taken_back(notification)
        if request_id is not None:
            # Whether a cancelled request is answered depends on the version of the package.
            self._refuse(request_id, "the call was cancelled")

    def _ask(self, request: Request, message: dict[str, Any]) -> McpAnswer | Errand:
        session, request_id = self._running(request.method), request.id
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if request_id in self._waiting:
                why = f"the request {request_id!r} still waits for its reply"
                return failed(request_id, INVALID_REQUEST, why)
            self._waiting[request_id] = (session, future)
        session.post(message)
        if session.fate is not None:  # it ended before this request was among the waiting
            self._refuse(request_id, session.fate)
        return Errand(
            name=f"MCP server {self._name} {request.method}",
            call=lambda call: self._wait(call, request_id, future),
            then=McpAnswer,
            closed=lambda failure: _closed(request_id, failure),
            tool_use_id=tool_use_id(request),
        )

    def _running(self, method: str) -> McpSession:
        if self._session is None or (self._session.over and method == "initialize"):
            self._session = McpSession(
                self._name, self._server, receive=self._receive, ended=self._refuse_all
            )
        return self._session

    def _wait(
        self, call: Call, request_id: MessageId, future: Future[dict[str, Any]]
    ) -> Future[dict[str, Any]]:
        def give_up() -> None:
            if self._refuse(request_id, "the call was cancelled") and self._session is not None:
                params = {"requestId": request_id, "reason": call.signal.reason}
                self._session.post(notification(CANCELLED, params))

        call.signal.on_cancel(give_up, quick=True)
        return future

    # --- from the server, on its thread -------------------------------------------------------

    def _receive(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Take a message of the server; return the reply to one that is a request."""
        if "method" not in message:
            self._settle(message.get("id"), message)
            return None
        if "id" not in message:
            self._notify(message)
            return None
        request_id, method = message["id"], message["method"]
        if method == "ping":
            return dict(replied(request_id, {}).mcp_response)
        why = f"the client of this server does not support {method!r}"
        return dict(failed(request_id, METHOD_NOT_FOUND, why).mcp_response)

    # --- replies ------------------------------------------------------------------------------

    def _settle(self, request_id: Any, reply: dict[str, Any]) -> bool:
        with self._lock:
            waiting = self._waiting.pop(request_id, None)
        return waiting is not None and waiting[1].settle(reply)

    def _refuse(self, request_id: MessageId, why: str) -> bool:
        reply = failed(request_id, INTERNAL_ERROR, why).mcp_response
        return self._settle(request_id, dict(reply))

    def _refuse_all(self, session: McpSession) -> None:
        why = session.fate or "the agent is gone"
        with self._lock:
            waiting = tuple(self._waiting.items())
        for request_id, (asked, _future) in waiting:
            if asked is session:
                self._refuse(request_id, why)


def _closed(request_id: MessageId, failure: CallbackFailure) -> McpAnswer:
    return failed(request_id, INTERNAL_ERROR, f"{failure.callback} failed: {failure.message}")
