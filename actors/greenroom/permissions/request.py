"""May this tool run with this input?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec

if TYPE_CHECKING:
    from greenroom_protocol.claude import CanUseTool

__all__ = ["PermissionRequest"]


class PermissionRequest(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="request"):
    """The CLI wants to know whether a tool may run.

    What the model wrote is data of a stranger: `input`, `title` and `description` may say anything.

    Attributes:
        tool_name: as in ``"Bash"`` or ``"mcp__shop__price"``.
        input: of the tool, as the model wrote it. Changing it changes nothing: `Allow(input=...)`
            does.
        tool_use_id: the tool call; empty if the CLI named none.
        display_name: what the CLI calls the tool before people.
        title: what the CLI would write above the question.
        description: what the call is said to do.
        suggestions: changes of rules that would settle this question for good, as they came;
            `Allow(updates=request.suggestions)` makes them.
        suppress_always: they are not to be offered to a person.
        blocked_path: the path that made the CLI ask.
        decision_reason: why it asks, in words.
        reason_type: why it asks: ``rule``, ``mode``, ``hook``, ``workingDir``, ``classifier`` ...
        agent_id: the sub-agent that wants to run the tool; None for the main conversation.
        mcp_server: the MCP server the tool belongs to.
        requires_user_interaction: it is meant for a person, as leaving plan mode is.
        default_to_no: who only presses Enter should not have said yes.
        prompt: what the permission handler wants a person to know; of its `Ask`.
    """

    tool_name: str
    input: dict[str, Any] = msgspec.field(default_factory=dict)
    tool_use_id: str = ""
    display_name: str | None = None
    title: str | None = None
    description: str | None = None
    suggestions: tuple[dict[str, Any], ...] = ()
    suppress_always: bool = False
    blocked_path: str | None = None
    decision_reason: str | None = None
    reason_type: str | None = None
    agent_id: str | None = None
    mcp_server: str | None = None
    requires_user_interaction: bool = False
    default_to_no: bool = False
    prompt: str = ""

    @classmethod
    def of(cls, asked: CanUseTool) -> Self:
        """Return what Claude's request asks."""
        return cls(
            tool_name=asked.tool_name,
            input=asked.input,
            tool_use_id=asked.tool_use_id,
            display_name=asked.display_name,
            title=asked.title,
            description=asked.description,
            suggestions=asked.permission_suggestions,
            suppress_always=bool(asked.suppress_always_allow_rule),
            blocked_path=asked.blocked_path,
            decision_reason=asked.decision_reason,
            reason_type=asked.decision_reason_type,
            agent_id=asked.agent_id,
            mcp_server=None if asked.mcp_server is None else asked.mcp_server.name,
            requires_user_interaction=asked.requires_user_interaction,
            default_to_no=bool(asked.default_to_no),
        )
