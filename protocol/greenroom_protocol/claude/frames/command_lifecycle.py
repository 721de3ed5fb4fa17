"""`command_lifecycle`: what became of a prompt."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["CommandLifecycle"]


class CommandLifecycle(Framed, frozen=True, kw_only=True, tag="command_lifecycle"):
    """The prompt `command_uuid` is `queued`, `started`, `completed` or `cancelled`.

    Only for user messages that were sent with a `uuid`. Source: CLI 2.1.329, in no type file.
    """

    command_uuid: str
    state: str
