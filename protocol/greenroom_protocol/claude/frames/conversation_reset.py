"""`conversation_reset`: the conversation starts anew in the same process."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ConversationReset"]


class ConversationReset(Framed, frozen=True, kw_only=True, tag="conversation_reset"):
    """`/clear` was executed; `session_id` is still the *old* one.

    The new session id comes with the `system/init` that follows. Source: CLI 2.1.329.
    """

    new_conversation_id: str | None = None
    trigger: str | None = None
    user_message_uuid: str | None = None
    timestamp: str | None = None
