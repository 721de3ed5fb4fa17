"""API messages inside frames."""

from typing import Any

from greenroom_protocol.claude.blocks import Block
from greenroom_protocol.claude.usage import MessageUsage
from greenroom_protocol.wire import Wire

__all__ = ["AssistantMessage", "UserFrameMessage"]


class AssistantMessage(Wire, frozen=True, kw_only=True):
    """One API message, or the part of it that one frame carries.

    An `assistant` frame holds one block; frames of the same API message share `id`, and
    `stop_reason` is null although the message may be complete. Synthetic messages of the CLI
    (errors, output of slash commands) have the model `<synthetic>`. Source: CLI 2.1.329.
    """

    content: tuple[Block, ...]
    id: str = ""
    model: str = ""
    role: str = "assistant"
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: Any = None
    usage: MessageUsage | None = None
    context_management: Any = None
    container: Any = None
    diagnostics: Any = None


class UserFrameMessage(Wire, frozen=True, kw_only=True):
    """What stands on the user's side of the conversation: tool results, prompts, notes."""

    content: str | tuple[Block, ...]
    role: str = "user"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The content as blocks; none when it is plain text."""
        return () if isinstance(self.content, str) else self.content
