"""`system/informational`: a line for the reader."""

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = ["Informational", "PromptSubmitOutcome"]


class PromptSubmitOutcome(Wire, frozen=True, kw_only=True):
    """What a hook did to a prompt."""

    kind: str
    prompt_kept: bool = False
    reason: str | None = None


class Informational(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="informational"):
    """A note of the CLI, often about a hook.

    `level` is `info`, `notice`, `suggestion` or `warning`; the tag `hook_callback_failed` marks a
    callback whose answer was an error or made no sense. Source: CLI 2.1.329.
    """

    content: str
    level: str = ""
    tag: str | None = None
    tool_use_id: str | None = None
    prevent_continuation: bool = False
    prompt_submit_outcome: PromptSubmitOutcome | None = None
