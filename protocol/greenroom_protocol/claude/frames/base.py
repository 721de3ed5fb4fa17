"""What frames have in common."""

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = ["Framed", "Origin"]


class Framed(Wire, frozen=True, kw_only=True):
    """A frame that carries its own id and the conversation's.

    `session_id` is the conversation *at that moment*: it changes with `/clear` and with a fork.
    """

    uuid: str | None = None
    session_id: str | None = None


class Origin(Wire, frozen=True, kw_only=True):
    """What started a turn, or wrote a message.

    `kind` is `human` for prompts that were sent with `origin={"kind": "human"}` and
    `task-notification` for turns that a finished background task started by itself; others exist.
    Members that only some kinds have are kept when they were seen on the wire (CLI 2.1.329).
    """

    kind: str | None = None
    producer: str | None = None
    run_id: str | None = field(default=None, name="runId")
    subkind: str | None = None
    server: str | None = None
    name: str | None = None
