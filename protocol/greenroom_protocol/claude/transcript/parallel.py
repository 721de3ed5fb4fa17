"""Parallel tool calls in a tree that has only one ancestor for each message.

When a model calls tools in parallel, the calls follow one another and each result follows its
call; what comes next follows just one of the results. The walk from the end to the root then
misses other results, and calls after the one it passed. They belong to the conversation.
"""

from collections.abc import Iterable, Iterator

from greenroom_protocol.claude.blocks import ToolResult
from greenroom_protocol.claude.transcript.entries import AssistantEntry, MessageEntry, UserEntry

__all__ = ["with_parallel_tools"]


def with_parallel_tools(
    chain: list[MessageEntry], nodes: Iterable[MessageEntry]
) -> Iterator[MessageEntry]:
    """Yield `chain` with the calls and results of `nodes` that its API messages lack.

    They come right behind the last part of their message that is in the chain: calls, then
    results, each in the order of the file.
    """
    skipped = _skipped(chain, nodes)
    last_part = {_message_id(node): node.uuid for node in chain}
    for node in chain:
        yield node
        message_id = _message_id(node)
        if message_id and last_part[message_id] == node.uuid:
            yield from skipped.get(message_id, ())


def _skipped(
    chain: list[MessageEntry], nodes: Iterable[MessageEntry]
) -> dict[str, list[MessageEntry]]:
    members = {node.uuid for node in chain}
    skipped: dict[str, list[MessageEntry]] = {_message_id(node): [] for node in chain}
    results: list[MessageEntry] = []
    message_of: dict[str, str] = {}
    for node in nodes:
        message_id = _message_id(node)
        if message_id and message_id in skipped:
            message_of[node.uuid] = message_id
            if node.uuid not in members:
                skipped[message_id].append(node)
        elif node.uuid not in members:
            results.append(node)
    answered = {tool_id for node in chain for tool_id in _answers(node)}
    for node in results:
        message_id = message_of.get(node.parent_uuid or "", "")
        # an answer that is in the chain already came from another attempt, before a rewind
        if message_id and not answered.issuperset(_answers(node)):
            skipped[message_id].append(node)
    return skipped


def _message_id(node: MessageEntry) -> str:
    return node.message.id if isinstance(node, AssistantEntry) else ""


def _answers(node: MessageEntry) -> set[str]:
    """Return the ids of the tool calls whose results `node` holds."""
    blocks = node.message.blocks if isinstance(node, UserEntry) else ()
    return {block.tool_use_id for block in blocks if isinstance(block, ToolResult)}
