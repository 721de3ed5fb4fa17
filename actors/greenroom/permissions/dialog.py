"""A dialog that the CLI wants to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec

if TYPE_CHECKING:
    from greenroom_protocol.claude import RequestUserDialog

__all__ = ["Dialog", "DialogReply"]


class Dialog(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="dialog"):
    """The CLI wants a dialog of a kind that this session said it can show.

    Attributes:
        dialog_kind: which.
        payload: what it shows, in a form that its kind decides.
        tool_use_id: the tool call it belongs to.
    """

    dialog_kind: str
    payload: dict[str, Any] | None = None
    tool_use_id: str | None = None

    @classmethod
    def of(cls, asked: RequestUserDialog) -> Self:
        """Return the dialog Claude wants."""
        return cls(
            dialog_kind=asked.dialog_kind, payload=asked.payload, tool_use_id=asked.tool_use_id
        )


class DialogReply(
    msgspec.Struct, frozen=True, tag_field="kind", tag="dialog_reply", forbid_unknown_fields=True
):
    """What came of a dialog; `content` goes to the CLI as it is."""

    content: dict[str, Any]
