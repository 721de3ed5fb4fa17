"""An MCP client as the CLI is one: it sends messages, and runs what has to be run for the reply."""

from __future__ import annotations

import asyncio
import inspect
import itertools

import msgspec

from greenroom.callbacks import Call, CallbackFailure, CallbackFault, CancelSignal, Errand
from greenroom.runtime import Future
from greenroom.tools import ServerMessage, ToolServers
from tests.patience import PATIENCE_SECONDS

SERVER = "shop"


class Client:
    """Talks to one connection. Ids start at 0, as those of the CLI do."""

    def __init__(self, servers, server=SERVER, notify=None):
        self.connection = servers.connect(notify)
        self.server = server
        self._ids = itertools.count()

    @classmethod
    def of(cls, tools, *, state=None, notify=None):
        return cls(ToolServers.of({SERVER: tools}, state), notify=notify)

    def send(self, message):
        return self.connection.answer(ServerMessage(self.server, message))

    def ask(self, method, **params):
        """Send a request; return what the connection makes of it."""
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method}
        return self.send({**message, "params": params} if params else message)

    def tell(self, method, **params):
        return self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method, **params):
        """Send a request and return the reply."""
        return reply_to(self.ask(method, **params))

    def start_call(self, tool, /, **arguments):
        """Ask for a tool; return the errand."""
        meta = {"claudecode/toolUseId": "toolu_1", "progressToken": 2}
        return self.ask("tools/call", name=tool, arguments=arguments, _meta=meta)

    def call(self, tool, /, **arguments):
        """Call a tool and return its result."""
        return reply_to(self.start_call(tool, **arguments))["result"]

    def text(self, tool, /, **arguments):
        """Call a tool that does not fail and return its text."""
        result = self.call(tool, **arguments)
        assert not result.get("isError"), result
        return result["content"][0]["text"]


def reply_to(answer, signal=None):
    """Run an answer to its end and return the reply: one that every encoder takes."""
    while isinstance(answer, Errand):
        call = Call(signal=signal or CancelSignal(), tool_use_id=answer.tool_use_id)
        answer = finish(answer, call)
    reply = dict(answer.mcp_response)
    assert msgspec.json.decode(msgspec.json.encode(reply)) == reply
    return reply


def finish(errand, call):
    """Run an errand as the runner does: what it raises makes the closed answer."""
    fault = CallbackFault.RAISED
    try:
        result = settled(errand.call(call))
        fault = CallbackFault.BAD_ANSWER
        return errand.then(result)
    except Exception as error:  # noqa: BLE001 - as the runner does
        return errand.closed(failure(errand, fault, error))


def settled(result):
    if isinstance(result, Future):
        return result.get(timeout=PATIENCE_SECONDS)
    return asyncio.run(_awaited(result)) if inspect.isawaitable(result) else result


async def _awaited(awaitable):
    return await awaitable


def failure(errand, fault, error):
    return CallbackFailure(
        callback=errand.name,
        fault=fault,
        message=str(error) or type(error).__name__,
        error_type=type(error).__name__,
    )
