"""A user message as it waits for its turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Prompt"]


@dataclass(frozen=True)
class Prompt:
    """One user message.

    Attributes:
        uuid: given by the client, or None: then nothing tells what became of it.
        content: text, blocks or None.
        priority: ``next``, ``later`` or ``now``.
        verbatim: ``client_composed``: a leading slash is no command.
        query: False only appends it to the conversation.
        origin: echoed on the result.
    """

    uuid: str | None
    content: Any
    priority: str = "next"
    verbatim: bool = False
    query: bool = True
    origin: dict[str, Any] | None = None

    @classmethod
    def read(cls, frame: dict[str, Any]) -> Prompt:
        """The prompt a ``user`` line carries."""
        uuid = frame.get("uuid")
        return cls(
            uuid=uuid if isinstance(uuid, str) else None,
            content=frame["message"].get("content"),
            priority=frame.get("priority") or "next",
            verbatim=frame.get("client_composed") is True,
            query=frame.get("shouldQuery") is not False,
            origin=frame.get("origin"),
        )

    @property
    def text(self) -> str:
        """Its text, whatever form the content has."""
        if isinstance(self.content, str):
            return self.content
        blocks = self.content if isinstance(self.content, list) else []
        return "\n".join(block.get("text", "") for block in blocks if isinstance(block, dict))

    @property
    def is_clear(self) -> bool:
        """Whether it is the ``/clear`` command."""
        return not self.verbatim and self.text.strip() == "/clear"
