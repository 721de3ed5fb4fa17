"""A server made with the `mcp` package, whichever version there is."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager

import anyio

try:
    from mcp.server.mcpserver import Context, MCPServer
except ImportError:
    from mcp.server.fastmcp import Context
    from mcp.server.fastmcp import FastMCP as MCPServer


class Shop:
    """A server with a bit of everything, and what happened to it.

    Args:
        broken: it fails as often as this before it starts.
    """

    def __init__(self, broken=0):
        self.broken = broken
        self.waiting = threading.Event()
        self.cancelled = threading.Event()
        self.entered = 0
        self.left = threading.Semaphore(0)
        self.thread = None
        self.server = MCPServer("real", instructions="Ask.", lifespan=self._lifespan)
        for function in (self.add, self.fail, self.wait, self.sample, self.announce):
            self.server.tool()(function)
        self.server.resource("shop://menu")(self.menu)
        self.server.prompt()(self.greet)

    @property
    def low_level(self):
        """The server proper."""
        return getattr(self.server, "_lowlevel_server", None) or self.server._mcp_server

    @asynccontextmanager
    async def _lifespan(self, _server):
        self.thread = threading.current_thread()
        self.entered += 1
        if self.broken:
            self.broken -= 1
            raise RuntimeError("no stock")
        try:
            yield {}
        finally:
            self.left.release()

    def menu(self) -> str:
        return "tea"

    def greet(self, name: str) -> str:
        return f"Welcome {name}"

    async def add(self, a: int, b: int) -> int:
        """Add."""
        return a + b

    async def fail(self) -> str:
        raise LookupError("sold out")

    async def wait(self) -> str:
        self.waiting.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.cancelled.set()

    async def sample(self, ctx: Context) -> str:
        try:
            await ctx.session.list_roots()
        except Exception as error:  # noqa: BLE001 - its class depends on the version
            return f"refused: {error}"
        return "granted"

    async def announce(self, ctx: Context) -> str:
        await ctx.session.send_resource_list_changed()
        return "done"
