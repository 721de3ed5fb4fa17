"""A transcript: the tree of a conversation and what stands beside it."""

from collections.abc import Iterable
from typing import Final

from greenroom_protocol.claude.transcript.decoder import TranscriptDecoder
from greenroom_protocol.claude.transcript.entries import (
    AssistantEntry,
    CostState,
    MessageEntry,
    TranscriptEntry,
    UserEntry,
)
from greenroom_protocol.claude.transcript.parallel import with_parallel_tools
from greenroom_protocol.drift import Drift
from greenroom_protocol.unknown import Garbage, Unknown

__all__ = ["Transcript"]

_SHOWN: Final = (UserEntry, AssistantEntry)


class Transcript:
    """The entries of one file, in its order, and the conversation they make.

    A file holds a tree: after a rewind a message has more than one successor. `chain` is the
    branch that is in force, `messages` what a reader sees of it. Immutable, so any thread may read.

    Attributes:
        entries: everything that decoded typed.
        unread: lines of other kinds, mostly the CLI's own book-keeping, and broken ones.
    """

    def __init__(
        self, entries: Iterable[TranscriptEntry], *, unread: Iterable[Unknown | Garbage] = ()
    ) -> None:
        self.entries = tuple(entries)
        self.unread = tuple(unread)
        self._nodes: dict[str, MessageEntry] = {}
        for entry in self.entries:
            if isinstance(entry, MessageEntry):
                self._nodes.setdefault(entry.uuid, entry)  # the same line may be stored twice
        # the file of a sub-agent holds nothing but a side chain: there it is the main one
        self._is_side = all(node.is_sidechain for node in self._nodes.values())

    @classmethod
    def parse(cls, data: bytes, *, drift: Drift | None = None) -> "Transcript":
        """Decode a whole file; a broken last line is no error, it is in `unread`."""
        results = TranscriptDecoder(drift=drift).decode_block(data)
        odd = (Unknown, Garbage)
        return cls(
            (entry for entry in results if not isinstance(entry, odd)),
            unread=(entry for entry in results if isinstance(entry, odd)),
        )

    def __repr__(self) -> str:
        return f"<Transcript {self.session_id} of {len(self._nodes)} messages>"

    @property
    def session_id(self) -> str | None:
        """The conversation's id, as the first line that has one tells it."""
        return next((entry.session_id for entry in self.entries if entry.session_id), None)

    @property
    def cost(self) -> CostState | None:
        """The newest totals, if any were stored."""
        costs = [entry for entry in self.entries if isinstance(entry, CostState)]
        return costs[-1] if costs else None

    @property
    def leaf(self) -> MessageEntry | None:
        """The end of the conversation: the newest message that is part of it."""
        for node in reversed(self._nodes.values()):
            if isinstance(node, _SHOWN) and self._in_view(node):
                return node
        return None

    def chain(self, leaf_uuid: str | None = None) -> tuple[MessageEntry, ...]:
        """Return the branch that ends at `leaf_uuid`, by default at `leaf`, oldest first.

        It begins after the last compaction, because the history before that is no longer the
        model's. Parallel tool calls and their results are all in it, although only one of them is
        the ancestor of what follows.

        Raises:
            KeyError: there is no such message.
        """
        end = self.leaf if leaf_uuid is None else self._nodes[leaf_uuid]
        return tuple(with_parallel_tools(self._ancestors(end), self._nodes.values()))

    def messages(self, leaf_uuid: str | None = None) -> tuple[UserEntry | AssistantEntry, ...]:
        """Return what a reader sees of the `chain`: prompts, answers, tool calls and results.

        Raises:
            KeyError: there is no such message.
        """
        chain = self.chain(leaf_uuid)
        return tuple(n for n in chain if isinstance(n, _SHOWN) and self._in_view(n))

    def _in_view(self, node: MessageEntry) -> bool:
        is_aside = node.is_sidechain and not self._is_side
        return not (node.is_meta or node.team_name or is_aside)

    def _ancestors(self, node: MessageEntry | None) -> list[MessageEntry]:
        found: dict[str, MessageEntry] = {}  # ordered, and a guard against circles
        while node is not None and node.uuid not in found:
            found[node.uuid] = node
            node = self._nodes.get(node.parent_uuid or "")
        return list(reversed(found.values()))
