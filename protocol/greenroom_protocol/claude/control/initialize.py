"""The first control request of a conversation, and what a session declares in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType, field

__all__ = ["AgentDefinition", "HookMatcher", "Initialize"]


class HookMatcher(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Callbacks of one hook event.

    `matcher` is a pattern over tool names, None matches everything. `timeout` is in seconds; the
    CLI's own limit is 600. `on_failure="block"` refuses the tool when a callback errs instead of
    going on without it; the CLI must report `hook_on_failure_supported` (CLI 2.1.329 does).
    """

    hook_callback_ids: Sequence[str]
    matcher: str | None = None
    timeout: float | None = None
    on_failure: Literal["continue", "block"] | None = None


class AgentDefinition(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A sub-agent that the model may start.

    `background` is the CLI's default for sub-agents: the turn's result arrives before the
    sub-agent ends. Members left at None are left out, which the CLI reads as "inherit".
    """

    description: str
    prompt: str
    tools: Sequence[str] | None = None
    disallowed_tools: Sequence[str] | None = None
    model: str | None = None
    skills: Sequence[str] | None = None
    memory: Literal["user", "project", "local"] | None = None
    mcp_servers: Sequence[str | Mapping[str, Any]] | None = None
    initial_prompt: str | None = None
    max_turns: int | None = None
    background: bool | None = None
    effort: str | int | None = None
    permission_mode: str | None = None


class Initialize(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="subtype",
    tag="initialize",
    rename="camel",
):
    """The handshake: everything too large or too structured for a command line.

    It may be written together with the first prompt. A second one in the same process replaces
    `hooks` and nothing else, without a word about the rest (CLI 2.1.329). What is UNSET is not
    sent. `plugins` and `mcp_servers` are honoured only under `--await-initialize`.
    """

    hooks: Mapping[str, Sequence[HookMatcher]] | UnsetType = UNSET
    sdk_mcp_servers: Sequence[str] | UnsetType = UNSET
    sdk_mcp_server_configs: Mapping[str, Any] | UnsetType = UNSET
    sdk_mcp_server_manifests: Mapping[str, Any] | UnsetType = UNSET
    system_prompt: str | Sequence[str] | UnsetType = UNSET
    append_system_prompt: str | UnsetType = UNSET
    append_subagent_system_prompt: str | UnsetType = UNSET
    plan_mode_instructions: str | UnsetType = UNSET
    json_schema: Mapping[str, Any] | UnsetType = UNSET
    agents: Mapping[str, AgentDefinition | Mapping[str, Any]] | UnsetType = UNSET
    skills: Sequence[str] | UnsetType = UNSET
    tool_aliases: Mapping[str, str] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    exclude_dynamic_sections: bool | UnsetType = UNSET
    system_prompt_snapshot: bool | UnsetType = UNSET
    forward_subagent_text: bool | UnsetType = UNSET
    forward_nested_subagent_tool_calls: bool | UnsetType = UNSET
    prompt_suggestions: bool | UnsetType = UNSET
    agent_progress_summaries: bool | UnsetType = UNSET
    per_task_stop_affordance: bool | UnsetType = UNSET
    supported_dialog_kinds: Sequence[str] | UnsetType = UNSET
    plugins: Sequence[Mapping[str, Any]] | UnsetType = UNSET
    mcp_servers: Mapping[str, Any] | UnsetType = field(default=UNSET)
