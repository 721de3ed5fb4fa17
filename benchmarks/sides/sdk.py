"""The official Python SDK, `claude-agent-sdk`.

Streaming uses its public client. Decoding uses, in their order, the very functions its reader uses:
anyio's incremental UTF-8 decoder, `_LineFramer.push` and `_parse_stdout_line` of its subprocess
transport, and `parse_message`, which its client applies to all that is not control traffic.
"""

from __future__ import annotations

import asyncio
import codecs
from typing import TYPE_CHECKING

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient
from claude_agent_sdk._internal.message_parser import parse_message
from claude_agent_sdk._internal.transport.subprocess_cli import _LineFramer, _parse_stdout_line
from claude_agent_sdk.types import StreamEvent

from benchmarks.meter import Meter
from benchmarks.tally import FLOOD, SMALL, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["reader", "stream"]

_CONTROL = frozenset({"control_request", "control_response", "control_cancel_request"})
"""What its reader handles as dicts."""


def reader(kind: str) -> Callable[[bytes], int]:
    """Return what counts the messages in chunks."""
    del kind
    text, framer = codecs.getincrementaldecoder("utf-8")(), _LineFramer()

    def read(chunk: bytes) -> int:
        messages = []
        for line in framer.push(text.decode(chunk)):
            data = _parse_stdout_line(line)
            if data is not None:
                messages.append(data if data.get("type") in _CONTROL else parse_message(data))
        return len(messages)

    return read


def stream(cli: str) -> Tally:
    """Read one flood."""
    return asyncio.run(_stream(cli))


async def _stream(cli: str) -> Tally:
    options = ClaudeAgentOptions(cli_path=cli, include_partial_messages=True)
    async with ClaudeSDKClient(options) as client:
        await client.query(SMALL)
        async for _ in client.receive_response():
            pass
        frames = characters = 0
        with Meter() as meter:
            await client.query(FLOOD)
            async for message in client.receive_response():
                if type(message) is StreamEvent:
                    frames += 1
                    characters += len(message.event["delta"]["text"])
    return Tally(frames, characters, meter)
