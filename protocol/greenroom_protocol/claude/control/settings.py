"""Requests that change a running session: interrupt, model, mode, settings, names, its end."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

__all__ = [
    "ApplyFlagSettings",
    "ClaimSession",
    "EndSession",
    "GenerateSessionTitle",
    "Interrupt",
    "ReloadConnectors",
    "ReloadOutputStyles",
    "ReloadPlugins",
    "ReloadSkills",
    "RenameSession",
    "SetCwd",
    "SetHasSubscribers",
    "SetMaxThinkingTokens",
    "SetModel",
    "SetPermissionMode",
    "UpdateSettings",
]


class _Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="subtype"):
    pass


class Interrupt(_Request, frozen=True, kw_only=True, tag="interrupt"):
    """End the running turn; answered with `still_queued`, and harmless when nothing runs.

    Prompts that wait survive and run, unless `cancel_queued`. With `for_user_message_uuids` only a
    turn that answers one of these prompts is ended. `send_now` has a waiting prompt, `message_uuid`
    or the first, go before the running turn. `spare_background_tasks` leaves sub-agents in the
    background alone. `worker_epoch` is for hosted sessions.
    """

    cancel_queued: bool = False
    reason: str | None = None
    send_now: bool | None = None
    message_uuid: str | None = None
    for_user_message_uuids: Sequence[str] | None = None
    spare_background_tasks: bool | None = None
    worker_epoch: int | None = None


class SetPermissionMode(_Request, frozen=True, kw_only=True, tag="set_permission_mode"):
    """Change the mode; `manual` is not accepted here, and bypass only if launched with it."""

    mode: str
    ultraplan: bool | None = None
    from_settings: bool | None = None


class SetModel(_Request, frozen=True, kw_only=True, tag="set_model"):
    """Change the model; None is the default one. Also gives a `user` frame with `isReplay`."""

    model: str | None = None
    system_prompt: str | None = None
    only_if_model_is_current: bool | None = None


class SetMaxThinkingTokens(_Request, frozen=True, kw_only=True, tag="set_max_thinking_tokens"):
    """Bound the tokens of thinking; None is the CLI's own choice."""

    max_thinking_tokens: int | None = None
    thinking_display: Literal["summarized", "omitted"] | None = None


class ApplyFlagSettings(_Request, frozen=True, kw_only=True, tag="apply_flag_settings"):
    """Lay settings over those of `--settings`, for example `{"effortLevel": "low"}`."""

    settings: Mapping[str, Any]


class UpdateSettings(_Request, frozen=True, kw_only=True, tag="update_settings"):
    """Write settings into the file of a source such as `localSettings`."""

    source: str
    settings: Mapping[str, Any]


class SetCwd(_Request, frozen=True, kw_only=True, tag="set_cwd"):
    """Change the directory; answered `needs_trust` until trust is echoed back."""

    path: str
    trust_accepted: bool | None = None
    trusted_directory: str | None = None


class SetHasSubscribers(_Request, frozen=True, kw_only=True, tag="set_has_subscribers"):
    """Tell whether somebody looks at the session."""

    has_subscribers: bool


class RenameSession(_Request, frozen=True, kw_only=True, tag="rename_session"):
    """Give the session a title; the answer has no payload."""

    title: str
    source: Literal["remote", "host"] | None = None
    session_id: str | None = None
    names_chrome_tab_group: bool | None = None


class GenerateSessionTitle(_Request, frozen=True, kw_only=True, tag="generate_session_title"):
    """Let the model write a title; answered with `title`, which may be null."""

    description: str
    persist: bool


class ReloadPlugins(_Request, frozen=True, kw_only=True, tag="reload_plugins"):
    """Read the plugins again, and `add_plugins` besides.

    `hold_on_cache_impact`: not if that would empty the prompt cache; the answer says `held` then.
    """

    refuse_if_busy: bool | None = None
    hold_on_cache_impact: bool | None = None
    add_plugins: Sequence[Mapping[str, Any]] | None = None


class ReloadConnectors(_Request, frozen=True, kw_only=True, tag="reload_connectors"):
    """Read the connectors of the account again."""


class ReloadSkills(_Request, frozen=True, kw_only=True, tag="reload_skills"):
    """Read the skills again."""


class ReloadOutputStyles(_Request, frozen=True, kw_only=True, tag="reload_output_styles"):
    """Read the output styles again."""


class ClaimSession(_Request, frozen=True, kw_only=True, tag="claim_session"):
    """Turn a spare started with `--await-claim` into a session of directory `cwd`, once."""

    cwd: str
    include_initialize: bool | None = None
    permission_mode: str | None = None
    env: Mapping[str, str] | None = None
    additional_directories: Sequence[str] | None = None
    system_prompt: str | Sequence[str] | None = None
    append_system_prompt: str | None = None
    title: str | None = None
    agents: Mapping[str, Any] | None = None
    workspace_trust: bool | None = None
    sdk_mcp_servers: Sequence[str] | None = None


class EndSession(_Request, frozen=True, kw_only=True, tag="end_session"):
    """Let the process end by itself with code 0."""

    reason: str | None = None
