"""The typed names of every option: what a caller may write, checked by type checkers and by us.

The annotations are the first half of the validation (msgspec converts by them, strictly); the
second half, the meaning and the wire name of each option stand in its row of the table.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

import msgspec

from greenroom_protocol.claude.control.initialize import AgentDefinition
from greenroom_protocol.claude.inputs import Priority
from greenroom_protocol.claude.options.mcp_config import HttpServer, SseServer, StdioServer
from greenroom_protocol.secret import Secret

__all__ = ["Auth", "BypassPermissions", "OptionsDict", "PermissionMode", "StrPath"]

StrPath = str | os.PathLike[str]
SettingSource = Literal["user", "project", "local"]
PermissionMode = Literal["default", "manual", "acceptEdits", "auto", "dontAsk", "plan"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Auth = Literal["auto", "api_key", "auth_token", "oauth_token", "subscription", "environment"]

BYPASS: Final = "bypassPermissions"


class BypassPermissions(msgspec.Struct, frozen=True):
    """Consent to running every tool without asking: an object, so that it can be searched for.

    Under it `allowed_tools` restricts nothing; deny rules and hooks still do, and sub-agents
    inherit it. The CLI refuses it as root (exit code 1).

    Args:
        reason: why this session may do so; shown in errors and logs, not sent to the CLI.
    """

    reason: str

    def __post_init__(self) -> None:
        if not str(self.reason).strip():
            raise ValueError("BypassPermissions needs a reason: say why no tool has to ask")


class OptionsDict(TypedDict, total=False):
    """Keyword arguments of a session or a query; each is explained in `options_table_markdown`."""

    # the prompts of the system, and the shape of the answer
    system_prompt: str | Sequence[str]
    system_prompt_file: StrPath
    append_system_prompt: str
    append_system_prompt_file: StrPath
    append_subagent_system_prompt: str
    plan_mode_instructions: str
    system_prompt_snapshot: bool
    exclude_dynamic_sections: bool
    json_schema: Mapping[str, Any]

    # the model and its limits
    model: str
    fallback_model: str | Sequence[str]
    effort: Effort
    thinking: Literal["adaptive", "enabled", "disabled"]
    max_thinking_tokens: int
    thinking_display: Literal["summarized", "omitted"]
    betas: Sequence[str]
    max_turns: int
    max_budget_usd: float
    task_budget: int
    autocompact: Literal["auto"] | int
    max_output_tokens: int
    max_retries: int
    api_timeout_seconds: float

    # tools, permissions, sub-agents
    tools: Literal["default"] | Sequence[str]
    allowed_tools: Sequence[str]
    disallowed_tools: Sequence[str]
    tool_aliases: Mapping[str, str]
    permission_mode: PermissionMode | BypassPermissions
    permission_prompt_tool: str
    permission_prompts: Literal["host", "none"]
    dangerously_skip_permissions: BypassPermissions
    allow_dangerously_skip_permissions: BypassPermissions
    restricted: bool
    agents: Mapping[str, AgentDefinition | Mapping[str, Any]]
    agent: str
    skills: Literal["all"] | Sequence[str]
    disable_slash_commands: bool
    brief: bool
    background_tasks: bool

    # which conversation
    continue_conversation: bool
    resume: str
    from_pr: str
    fork_session: bool
    session_id: str
    resume_session_at: str
    resume_drops_turn: str
    no_session_persistence: bool
    session_mirror: bool
    file_checkpointing: bool
    name: str
    title: str

    # settings, servers, plug-ins, directories
    cwd: StrPath
    add_dirs: Sequence[StrPath]
    worktree: bool | str
    setting_sources: Sequence[SettingSource]
    settings: Mapping[str, Any] | StrPath
    sandbox: Mapping[str, Any]
    mcp_servers: Mapping[str, StdioServer | HttpServer | SseServer | Mapping[str, Any] | Any]
    mcp_config: StrPath | Sequence[StrPath]
    strict_mcp_config: bool
    sdk_mcp_servers: Sequence[str]
    sdk_mcp_server_manifests: Mapping[str, Mapping[str, Any]]
    mcp_tool_timeout_seconds: float
    plugins: Sequence[StrPath]
    plugin_urls: Sequence[str]
    files: Sequence[str]
    bare: bool
    safe_mode: bool

    # what the stream carries
    include_partial_messages: bool
    include_hook_events: bool
    replay_user_messages: bool
    forward_subagent_text: bool
    forward_nested_subagent_tool_calls: bool
    prompt_suggestions: bool
    agent_progress_summaries: bool
    per_task_stop_affordance: bool
    supported_dialog_kinds: Sequence[str]
    startup_failure_results: bool
    debug: bool | str
    debug_file: StrPath

    # the process and its account
    executable: StrPath
    env: Mapping[str, str | Secret | None]
    config_dir: StrPath
    auth: Auth
    api_key: str | Secret
    auth_token: str | Secret
    oauth_token: str | Secret
    base_url: str
    entrypoint: str
    client_app: str
    trace_parent: str
    trace_state: str
    stream_close_timeout_seconds: float
    background_wait_seconds: float
    telemetry: bool
    error_reporting: bool
    autoupdate: bool
    nonessential_traffic: bool
    await_initialize: bool
    await_claim: bool
    extra_args: Mapping[str, str | None]

    # one message
    verbatim: bool
    priority: Priority
