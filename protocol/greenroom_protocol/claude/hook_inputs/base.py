"""What the inputs of all hooks have in common."""

from typing import Any

from greenroom_protocol.wire import UNKNOWN_TAG, Wire

__all__ = ["HookEffort", "HookInput", "UnknownHookInput"]


class HookEffort(Wire, frozen=True, kw_only=True):
    """The reasoning effort in effect, from `low` to `max`."""

    level: str


class HookInput(Wire, frozen=True, kw_only=True, tag_field="hook_event_name"):
    """Members of every hook's input.

    `agent_id` is set inside of a sub-agent and tells parallel ones apart; `prompt_id` is the uuid
    of the prompt being worked on. Source: CLI 2.1.329.
    """

    session_id: str = ""
    transcript_path: str = ""
    cwd: str = ""
    prompt_id: str | None = None
    permission_mode: str | None = None
    agent_id: str | None = None
    agent_type: str | None = None
    effort: HookEffort | None = None


class UnknownHookInput(
    Wire, frozen=True, kw_only=True, tag_field="hook_event_name", tag=UNKNOWN_TAG
):
    """The input of a new event, or a malformed one; nothing of it is lost."""

    raw: Any
