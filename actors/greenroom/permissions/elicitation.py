"""A question of an MCP server to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

from greenroom.permissions.form import form_problem

if TYPE_CHECKING:
    from greenroom_protocol.claude import Elicitation as WireElicitation

__all__ = ["Elicitation", "ElicitationReply"]


class Elicitation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="elicitation"):
    """An MCP server asks the user to fill in a form, or to visit a page.

    Greenroom neither opens `url` nor looks at it: a person decides whether to.

    Attributes:
        server: the name of the MCP server.
        message: what it says.
        mode: ``"form"`` or ``"url"``.
        schema: of the form: a flat JSON Schema of an object.
        order: names of its properties, in the order to show them.
        url: the page.
        elicitation_id: by which the server knows a visit.
        title: what the CLI would write above it.
        description: what the CLI says about it.
    """

    server: str
    message: str = ""
    mode: Literal["form", "url"] = "form"
    schema: dict[str, Any] = msgspec.field(default_factory=dict)
    order: tuple[str, ...] = ()
    url: str | None = None
    elicitation_id: str | None = None
    title: str | None = None
    description: str | None = None

    @classmethod
    def of(cls, asked: WireElicitation) -> Self:
        """Return what the MCP server asks by way of Claude."""
        return cls(
            server=asked.mcp_server_name,
            message=asked.message,
            mode="url" if asked.mode == "url" else "form",
            schema=asked.requested_schema or {},
            order=asked.property_order,
            url=asked.url,
            elicitation_id=asked.elicitation_id,
            title=asked.title,
            description=asked.description,
        )


class ElicitationReply(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    tag_field="kind",
    tag="reply",
    forbid_unknown_fields=True,
):
    """What the user did.

    Args:
        action: ``"accept"``; ``"decline"``, a no; or ``"cancel"``, no answer.
        content: of the form, with ``"accept"`` alone.
    """

    action: Literal["accept", "decline", "cancel"]
    content: dict[str, Any] | None = None

    def problem(self, asked: Elicitation) -> str | None:
        """Return why this is no reply to what was `asked`; None if it is."""
        if self.action not in {"accept", "decline", "cancel"}:
            return f"the action is 'accept', 'decline' or 'cancel', not {self.action!r}"
        if self.action != "accept" or asked.mode == "url":
            return "only an accepted form has content" if self.content is not None else None
        return form_problem(asked.schema, {} if self.content is None else self.content)
