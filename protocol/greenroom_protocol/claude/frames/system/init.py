"""`system/init`: a turn begins, with this configuration."""

from typing import Any

from msgspec import field

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = ["McpServer", "McpServerError", "Plugin", "SystemInit"]


class McpServer(Wire, frozen=True, kw_only=True):
    """An MCP server; `status` is `connected`, `failed`, `needs-auth`, `pending` or `disabled`."""

    name: str
    status: str = ""
    source: str | None = None


class McpServerError(Wire, frozen=True, kw_only=True):
    """An entry of the MCP configuration that was skipped."""

    name: str | None = None
    kind: str | None = field(default=None, name="type")
    message: str | None = None


class Plugin(Wire, frozen=True, kw_only=True):
    """A loaded plugin."""

    name: str
    path: str | None = None
    source: str | None = None
    version: str | None = None


class SystemInit(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="init"):
    """Sent at the start of *every* turn, not only of the first.

    `session_id` is new after `/clear`; `cwd` follows `cd`, `original_cwd` does not. In `tools` the
    sub-agent tool is called `Task`, its calls are called `Agent`. `api_key_source` is
    `ANTHROPIC_API_KEY`, `apiKeyHelper`, `/login managed key` or `none`. `user_message_uuids` are
    the prompts that start the turn. Source: CLI 2.1.329.
    """

    session_id: str
    cwd: str = ""
    original_cwd: str | None = None
    model: str = ""
    tools: tuple[str, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    mcp_server_errors: tuple[McpServerError, ...] = ()
    permission_mode: str = field(default="", name="permissionMode")
    claude_code_version: str = ""
    api_key_source: str = field(default="", name="apiKeySource")
    output_style: str = ""
    capabilities: tuple[str, ...] = ()
    slash_commands: tuple[str, ...] = ()
    terminal_slash_commands: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    plugin_errors: tuple[dict[str, Any], ...] = ()
    user_message_uuids: tuple[str, ...] = ()
    additional_directories: tuple[str, ...] = ()
    memory_paths: dict[str, Any] | None = None
    messaging_socket_path: str | None = None
    betas: tuple[str, ...] | None = None
    effort: str | None = None
    view_mode: str | None = None
    fast_mode_state: str | None = None
    fast_mode_disabled_reason: str | None = None
    per_turn_effort_active: bool | None = None
    ultrathink_available: bool | None = None
    ultrathink_typed_raises: bool | None = None
    analytics_disabled: bool | None = None
    product_feedback_disabled: bool | None = None
    served_by_anthropic: bool | None = None
