"""What the CLI says about itself in the handshake."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = ["Account", "AgentInfo", "CommandInfo", "ModelInfo", "Models", "ServerInfo"]


class CommandInfo(Wire, frozen=True, kw_only=True, rename="camel"):
    """A slash command; `builtin` is one of the CLI's own."""

    name: str
    description: str = ""
    argument_hint: str = ""
    aliases: tuple[str, ...] = ()
    builtin: bool = False
    plugin: str | None = None


class AgentInfo(Wire, frozen=True, kw_only=True):
    """A sub-agent that the model may start."""

    name: str
    description: str = ""
    model: str | None = None


class ModelInfo(Wire, frozen=True, kw_only=True, rename="camel"):
    """A model of the account: `value` is what options take, `resolved_model` its full name."""

    value: str
    resolved_model: str | None = None
    display_name: str = ""
    description: str = ""
    supports_effort: bool = False
    supported_effort_levels: tuple[str, ...] = ()
    supports_adaptive_thinking: bool = False
    supports_fast_mode: bool = False
    supports_auto_mode: bool = False
    supports_thinking_off: bool = False


class Models(Wire, frozen=True, kw_only=True):
    """Answers `list_models`."""

    models: tuple[ModelInfo, ...]


class Account(Wire, frozen=True, kw_only=True, rename="camel"):
    """Who pays: where the credential comes from, never the credential."""

    token_source: str | None = None
    api_key_source: str | None = None
    api_provider: str | None = None
    email: str | None = None
    organization: str | None = None
    subscription_type: str | None = None


class ServerInfo(Wire, frozen=True, kw_only=True):
    """Answers `initialize`.

    The four last members but `raw` say what became of the request: they are True if it was done,
    and None if it was not asked for or the CLI is too old to tell. `raw` is the whole answer.
    """

    commands: tuple[CommandInfo, ...] = ()
    agents: tuple[AgentInfo, ...] = ()
    models: tuple[ModelInfo, ...] = ()
    account: Account | None = None
    output_style: str | None = None
    available_output_styles: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    pid: int | None = None
    claude_code_version: str | None = None
    current_permission_mode: str | None = None
    session_state: str | None = None
    hooks_applied: bool | None = None
    hook_on_failure_supported: bool | None = None
    plugins_applied: bool | None = None
    mcp_servers_applied: bool | None = None
    raw: dict[str, Any] = field(default_factory=dict, name="greenroom.raw")
