"""Tool calls of the model and their results."""

from typing import Any

from greenroom_protocol.wire import Wire

__all__ = ["ToolResult", "ToolUse"]


class ToolUse(Wire, frozen=True, kw_only=True, tag="tool_use"):
    """A tool call.

    `input` belongs to the tool and stays opaque. Input that the model wrote as broken JSON arrives
    as `{"__unparsedToolInput": {"raw": …, "len": …}}` (CLI 2.1.329). In a `ContentBlockStart` it is
    empty: the real one follows as `InputJsonDelta`s.
    """

    id: str
    name: str
    input: dict[str, Any]
    caller: Any = None


class ToolResult(Wire, frozen=True, kw_only=True, tag="tool_result"):
    """The result of the tool call `tool_use_id`.

    `content` is text, a list of API blocks as plain dictionaries, or nothing.
    """

    tool_use_id: str
    content: str | list[Any] | None = None
    is_error: bool | None = None

    @property
    def text(self) -> str:
        """The text of the result; text blocks are joined with newlines, other blocks left out."""
        if isinstance(self.content, str):
            return self.content
        blocks = [block for block in self.content or () if isinstance(block, dict)]
        texts = [block.get("text") for block in blocks if block.get("type") == "text"]
        return "\n".join(text for text in texts if isinstance(text, str))
