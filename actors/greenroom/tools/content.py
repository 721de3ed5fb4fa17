"""What a tool returned, as the result of an MCP call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.tools.result import Image, ToolResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Unsendable", "error_result", "result_of"]

_NOTHING: Final = "(The tool returned nothing.)"
_EMPTY: Final = "(The tool returned an empty text.)"
_BLOCKS: Final = {
    "text": ("text",),
    "image": ("data", "mimeType"),
    "audio": ("data", "mimeType"),
    "resource": ("resource",),
    "resource_link": ("uri", "name"),
}
"""The content blocks of the MCP, and what they must have."""


class Unsendable(Exception):
    """A tool returned something that no message can carry; the text holds no value of it."""


def result_of(value: Any) -> dict[str, Any]:
    """Return the result of a call that returned `value`: plain data that any encoder takes.

    Raises:
        Unsendable: it cannot be told in JSON.
    """
    try:
        return _result_of(value)
    except Unsendable:
        raise
    except Exception as error:
        raise Unsendable(
            f"it returned {_kind(value)}, which cannot be sent: {type(error).__name__}: {error}; "
            "return text, an Image, or what msgspec can encode"
        ) from error


def error_result(text: str) -> dict[str, Any]:
    """Return the result of a call that failed; what no JSON can carry of `text` is replaced."""
    sendable = text.encode("utf-8", "backslashreplace").decode()
    return {"content": [{"type": "text", "text": sendable or _EMPTY}], "isError": True}


def _result_of(value: Any) -> dict[str, Any]:
    if isinstance(value, ToolResult):
        return _by_hand(value)
    if isinstance(value, Image | bytes | bytearray):
        return {"content": [_block(value)]}
    if isinstance(value, list | tuple) and _are_blocks(value):
        return {"content": [_block(item) for item in value]}
    return _data(value)


def _by_hand(result: ToolResult) -> dict[str, Any]:
    content = [result.content] if isinstance(result.content, str) else result.content
    blocks = [_block(item) for item in content]
    sent: dict[str, Any] = {}
    if result.structured is not None:
        structured = _plain(result.structured)
        if not isinstance(structured, dict):
            raise Unsendable(
                f"its ToolResult has {_kind(result.structured)} as structured; it must be an object"
            )
        sent["structuredContent"] = structured
        blocks = blocks or [_text(_json(structured))]
    return {
        "content": blocks or [_text(_NOTHING)],
        **sent,
        **({"isError": True} if result.is_error else {}),
    }


def _data(value: Any) -> dict[str, Any]:
    if value is None:
        return {"content": [_text(_NOTHING)]}
    plain = _plain(value)
    if isinstance(plain, str):
        return {"content": [_text(plain)]}
    shown = {"content": [_text(_json(plain))]}
    return {**shown, "structuredContent": plain} if isinstance(plain, dict) else shown


def _are_blocks(items: Iterable[Any]) -> bool:
    """Tell content from data: a list of nothing but strings is data."""
    kinds = {_item_kind(item) for item in items}
    return "block" in kinds and "data" not in kinds


def _item_kind(item: Any) -> str:
    if isinstance(item, str):
        return "text"
    if isinstance(item, Image | bytes | bytearray) or (isinstance(item, dict) and _is_block(item)):
        return "block"
    return "data"


def _is_block(item: dict[Any, Any]) -> bool:
    kind = item.get("type")
    wanted = _BLOCKS.get(kind) if isinstance(kind, str) else None
    return wanted is not None and all(name in item for name in wanted)


def _block(item: Any) -> dict[str, Any]:
    make = next((make for kinds, make in _MAKERS if isinstance(item, kinds)), None)
    if make is None:
        raise Unsendable(f"its content has {_kind(item)}: it takes text, images and content blocks")
    return make(item)


def _text(text: str) -> dict[str, Any]:
    text.encode()  # a lone surrogate has no place in JSON
    return {"type": "text", "text": str(text) or _EMPTY}


def _image(image: Image) -> dict[str, Any]:
    import base64  # noqa: PLC0415 - for tools that make pictures alone

    data = base64.b64encode(image.data).decode()
    return {"type": "image", "data": data, "mimeType": image.mime_type}


def _given_block(block: dict[Any, Any]) -> dict[str, Any]:
    if not _is_block(block):
        raise Unsendable(
            f"its content has a block of the type {block.get('type')!r:.60}: known are "
            + ", ".join(f"{kind!r} with {' and '.join(names)}" for kind, names in _BLOCKS.items())
        )
    plain: dict[str, Any] = _plain(block)
    return plain


_MAKERS: Final[tuple[tuple[Any, Callable[[Any], dict[str, Any]]], ...]] = (
    (str, _text),
    (Image, _image),
    (bytes | bytearray, lambda data: _image(Image(bytes(data)))),
    (dict, _given_block),
)


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _json(plain: Any) -> str:
    return msgspec.json.encode(plain).decode()


def _kind(value: Any) -> str:
    return f"a value of the type {type(value).__qualname__}"
