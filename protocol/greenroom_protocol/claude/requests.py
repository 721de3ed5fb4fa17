"""Control requests of the CLI to the client: questions that want exactly one answer.

Source of all of them: CLI 2.1.329.
"""

from typing import Any

from greenroom_protocol.claude.hook_inputs import AnyHookInput, read_hook_input
from greenroom_protocol.claude.provenance import McpServerProvenance
from greenroom_protocol.wire import UNKNOWN_TAG, Wire

__all__ = [
    "CanUseTool",
    "Elicitation",
    "HookCallback",
    "InboundRequest",
    "MatchedAskRule",
    "McpMessage",
    "RequestUserDialog",
    "UnknownRequest",
]


class MatchedAskRule(Wire, frozen=True, kw_only=True):
    """The `ask` rule that caused the question."""

    source: str | None = None
    tool_name: str | None = None
    rule_content: str | None = None


class CanUseTool(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="can_use_tool"):
    """May this tool run with this input? Comes with `--permission-prompt-tool=stdio`.

    The CLI waits for the answer without limit. Questions of parallel tools come one after the
    other. `permission_suggestions` stay as they came, because they may be sent back only whole:
    `msgspec.convert` makes a `PermissionUpdate` of one. The `input` belongs to the tool.
    """

    tool_name: str
    input: dict[str, Any]
    tool_use_id: str = ""
    display_name: str | None = None
    title: str | None = None
    description: str | None = None
    permission_suggestions: tuple[dict[str, Any], ...] = ()
    blocked_path: str | None = None
    decision_reason: str | None = None
    decision_reason_type: str | None = None
    decision_reason_hook_event: str | None = None
    decision_reason_hook_source: str | None = None
    agent_id: str | None = None
    mcp_server: McpServerProvenance | None = None
    requires_user_interaction: bool = False
    classifier_approvable: bool | None = None
    suppress_always_allow_rule: bool | None = None
    default_to_no: bool | None = None
    matched_ask_rule: MatchedAskRule | None = None
    server_policy_ask_only: bool | None = None


class HookCallback(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="hook_callback"):
    """The hook registered as `callback_id` fires.

    All callbacks of one event come at once. `input` is complete, with members that no class knows;
    `typed_input` is the view of it in classes. `tool_use_id` is a tool call's id for tool events
    and a random one otherwise. Without an answer the CLI gives up after the matcher's timeout,
    else after 600 s, and does not run the tool.
    """

    callback_id: str
    input: dict[str, Any]
    tool_use_id: str | None = None

    @property
    def typed_input(self) -> AnyHookInput:
        """The input as the class of its event, an `UnknownHookInput` if there is none."""
        return read_hook_input(self.input)


class McpMessage(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="mcp_message"):
    """A JSON-RPC message to the in-process MCP server `server_name`.

    Notifications want an answer too. The ids start at 0.
    """

    server_name: str
    message: dict[str, Any]


class Elicitation(Wire, frozen=True, kw_only=True, tag_field="subtype", tag="elicitation"):
    """An MCP server asks the user something: a `form` to fill in, or a `url` to visit."""

    mcp_server_name: str
    message: str = ""
    mode: str | None = None
    requested_schema: dict[str, Any] | None = None
    property_order: tuple[str, ...] = ()
    url: str | None = None
    elicitation_id: str | None = None
    title: str | None = None
    display_name: str | None = None
    description: str | None = None


class RequestUserDialog(
    Wire, frozen=True, kw_only=True, tag_field="subtype", tag="request_user_dialog"
):
    """The CLI wants a dialog; only kinds that `initialize` declared (type files, never seen)."""

    dialog_kind: str
    payload: dict[str, Any] | None = None
    tool_use_id: str | None = None


class UnknownRequest(Wire, frozen=True, kw_only=True, tag_field="subtype", tag=UNKNOWN_TAG):
    """A request of a new subtype, or a malformed one: answer it with an error."""

    raw: Any

    @property
    def subtype(self) -> str | None:
        """The `subtype` the wire gave it, if any."""
        kind = self.raw.get("subtype") if isinstance(self.raw, dict) else None
        return kind if isinstance(kind, str) else None


InboundRequest = (
    CanUseTool | HookCallback | McpMessage | Elicitation | RequestUserDialog | UnknownRequest
)
