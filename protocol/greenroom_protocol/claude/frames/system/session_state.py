"""`system/session_state_changed`: does the session work, wait or rest."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["SessionStateChanged"]


class SessionStateChanged(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="session_state_changed"
):
    """`state` is `running`, `idle` or `requires_action` (a permission question is open).

    `idle` stays away while a background agent runs, but not for a background shell. These frames
    need an environment variable; `sdk_host_only` asks to keep them from the end user.
    Source: CLI 2.1.329.
    """

    state: str
    sdk_host_only: bool = False
