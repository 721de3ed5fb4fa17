"""Hooks around the life of a session."""

from greenroom_protocol.claude.hook_inputs.base import HookInput

__all__ = [
    "ConfigChangeInput",
    "InstructionsLoadedInput",
    "NotificationInput",
    "PostCompactInput",
    "PostModelSwitchInput",
    "PreCompactInput",
    "PreModelSwitchInput",
    "SessionEndInput",
    "SessionStartInput",
    "SetupInput",
]


class SessionStartInput(HookInput, frozen=True, kw_only=True, tag="SessionStart"):
    """The conversation starts; callbacks fire for `clear` and `compact` only."""

    source: str
    model: str | None = None
    session_title: str | None = None
    context_tokens: int | None = None


class SessionEndInput(HookInput, frozen=True, kw_only=True, tag="SessionEnd"):
    """The conversation ends by `/clear`; an end of input does not fire it."""

    reason: str


class SetupInput(HookInput, frozen=True, kw_only=True, tag="Setup"):
    """The session is set up. Source: type files of CLI 2.1.329; never seen."""

    trigger: str


class PreCompactInput(HookInput, frozen=True, kw_only=True, tag="PreCompact"):
    """The history is about to be summarised; `trigger` is `manual` or `auto`."""

    trigger: str
    custom_instructions: str | None = None


class PostCompactInput(HookInput, frozen=True, kw_only=True, tag="PostCompact"):
    """The history was summarised."""

    trigger: str
    compact_summary: str = ""


class PreModelSwitchInput(HookInput, frozen=True, kw_only=True, tag="PreModelSwitch"):
    """The model is about to change; the answer may deny it."""

    from_model: str | None = None
    to_model: str | None = None
    requested_model: str | None = None
    source: str | None = None
    context_tokens: int | None = None
    prompt_cache_warm: bool | None = None
    cache_ttl: str | None = None
    estimated_cache_write_usd: int | float | None = None
    pricing: str | None = None


class PostModelSwitchInput(HookInput, frozen=True, kw_only=True, tag="PostModelSwitch"):
    """The model has changed."""

    from_model: str | None = None
    to_model: str | None = None
    requested_model: str | None = None
    source: str | None = None
    context_tokens: int | None = None
    prompt_cache_warm: bool | None = None
    cache_ttl: str | None = None
    estimated_cache_write_usd: int | float | None = None
    pricing: str | None = None


class NotificationInput(HookInput, frozen=True, kw_only=True, tag="Notification"):
    """The CLI notifies its user. Source: type files of CLI 2.1.329; never seen."""

    message: str
    title: str | None = None
    notification_type: str | None = None


class ConfigChangeInput(HookInput, frozen=True, kw_only=True, tag="ConfigChange"):
    """A settings file has changed. Source: type files of CLI 2.1.329; never seen."""

    source: str
    file_path: str | None = None


class InstructionsLoadedInput(HookInput, frozen=True, kw_only=True, tag="InstructionsLoaded"):
    """A memory file was read. Source: type files of CLI 2.1.329; never seen."""

    file_path: str
    memory_type: str | None = None
    load_reason: str | None = None
    globs: tuple[str, ...] = ()
    trigger_file_path: str | None = None
    parent_file_path: str | None = None
