"""`system/hook_*`: a command hook runs.

`SessionStart` hooks always show, others with `--include-hook-events`. Callback hooks never do: they
come as control requests. Source: CLI 2.1.329.
"""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["HookProgress", "HookResponse", "HookStarted"]


class HookStarted(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="hook_started"):
    """A command hook begins."""

    hook_id: str
    hook_name: str = ""
    hook_event: str = ""


class HookProgress(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="hook_progress"):
    """A command hook wrote something. Source: type files; never seen on the wire."""

    hook_id: str
    hook_name: str = ""
    hook_event: str = ""
    stdout: str = ""
    stderr: str = ""
    output: str = ""


class HookResponse(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="hook_response"):
    """A command hook has ended; `outcome` is `success`, `error` or `cancelled`."""

    hook_id: str
    hook_name: str = ""
    hook_event: str = ""
    output: str = ""
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    outcome: str = ""
