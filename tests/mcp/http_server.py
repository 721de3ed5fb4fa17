"""A server of the `mcp` package on a port of 127.0.0.1: ``python http_server.py http|sse|stdio``.

Over HTTP it writes its port to stdout when it listens.
"""

import asyncio
import os
import socket
import sys

from mcp.server import MCPServer

server = MCPServer("packaged", instructions="Add.")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
async def never() -> str:
    """Take for ever."""
    await asyncio.Event().wait()
    return ""


@server.tool()
def die() -> str:
    """End the process."""
    os._exit(5)


@server.resource("memo://one")
def memo() -> str:
    """A memo."""
    return "first"


@server.prompt()
def greet(who: str) -> str:
    """Greet somebody."""
    return f"Hello {who}"


class Strict:
    """Lets nobody in who does not know the password."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        headers = dict(scope.get("headers") or ())
        if scope["type"] == "http" and headers.get(b"authorization") != b"Bearer sesame":
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send)


def main(transport):
    if transport == "stdio":
        server.run("stdio")
        return
    import uvicorn  # noqa: PLC0415 - only over HTTP

    app = server.sse_app() if transport == "sse" else server.streamable_http_app()
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    listener = socket.create_server(("127.0.0.1", port))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(Strict(app), log_level="critical", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])


main(sys.argv[1])
