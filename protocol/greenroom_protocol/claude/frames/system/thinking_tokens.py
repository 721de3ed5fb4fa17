"""`system/thinking_tokens`: the model is thinking."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ThinkingTokens"]


class ThinkingTokens(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="thinking_tokens"):
    """An estimate of the tokens thought so far; also without partial messages (CLI 2.1.329)."""

    estimated_tokens: int = 0
    estimated_tokens_delta: int = 0
    user_message_uuid: str | None = None
