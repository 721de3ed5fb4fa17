"""The types of `OptionsDict`, brought into the form that msgspec validates by.

A caller may hand over paths, secrets, Structs and consent objects. Values are made plain for the
validation and the annotations are made plain in the same way.
"""

from __future__ import annotations

import functools
import operator
import os
import re
import typing
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import UnionType
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from greenroom_protocol.claude.options.mcp_config import McpServerConfig
from greenroom_protocol.claude.options.types import BYPASS, BypassPermissions, OptionsDict
from greenroom_protocol.secret import Secret

__all__ = ["HINTS", "KINDS", "Kind", "plain"]

HINTS: Final[Mapping[str, Any]] = typing.get_type_hints(OptionsDict)
"""The annotation of every option."""


class Kind(msgspec.Struct, frozen=True):
    """How the values of one option are validated.

    Attributes:
        type: what msgspec converts to; None if no plain value will do.
        consent: a `BypassPermissions` object is a value.
        choices: the texts that are allowed, if they are counted.
    """

    type: Any
    consent: bool
    choices: tuple[str, ...]

    def problem(self, value: Any) -> str | None:
        """Say what is wrong with a plain value, or None."""
        if self.consent and (self.type is None or value == BYPASS):
            return "needs an object that can be searched for: BypassPermissions(reason='...')"
        if isinstance(value, AbstractSet):
            return f"must be in order, not {type(value).__name__}"
        try:
            msgspec.convert(value, self.type)
        except msgspec.ValidationError as error:
            if self.choices and isinstance(value, str):
                return f"must be one of {', '.join(map(repr, self.choices))}"
            return _in_words(error)
        except UnicodeEncodeError:
            return "must not hold a lone surrogate, which has no form in UTF-8"
        return None

    def read(self, text: Any) -> Any:
        """Convert texts of a command line to the types that they stand for.

        Raises:
            msgspec.ValidationError: they do not stand for any.
        """
        return msgspec.convert(text, self.type, strict=False)


def plain(value: Any, *, reveal: bool) -> Any:
    """Return `value` made of texts, numbers, lists and dictionaries.

    Args:
        value: what a caller handed over.
        reveal: whether secrets become texts too, for the validation of what may hold them.
    """
    if isinstance(value, Secret):
        return value.reveal() if reveal else value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, McpServerConfig):
        value = value.wire()
    if isinstance(value, msgspec.Struct) and not isinstance(value, BypassPermissions):
        return msgspec.to_builtins(value)
    if isinstance(value, Mapping):
        return {key: plain(part, reveal=reveal) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, reveal=reveal) for part in value]
    return value


def _in_words(error: msgspec.ValidationError) -> str:
    text = str(error).replace("Expected ", "must be ", 1).replace(", got ", ", not ", 1)
    for wire, python in (("array", "list"), ("object", "dict"), ("null", "None")):
        text = re.sub(rf"(?<=[`| ]){wire}(?=[`| ])", python, text)
    return text.replace("`", "").replace(" - at $[...]", " (inside it)").replace(" - at $", " at ")


def _kind(hint: Any) -> Kind:
    members = get_args(hint) if get_origin(hint) in {typing.Union, UnionType} else (hint,)
    choices = [
        choice for part in members if get_origin(part) is Literal for choice in get_args(part)
    ]
    return Kind(_plain_type(hint), BypassPermissions in members, tuple(choices))


def _plain_type(hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {typing.Union, UnionType}:
        kept = [_plain_type(part) for part in arguments if not _is_opaque(part)]
        return functools.reduce(operator.or_, kept)
    if origin in {Mapping, Sequence}:
        return origin[tuple(_plain_type(part) for part in arguments)]
    return None if _is_opaque(hint) else hint


def _is_opaque(hint: Any) -> bool:
    if get_origin(hint) is os.PathLike or hint in {Secret, BypassPermissions}:
        return True
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


KINDS: Final[Mapping[str, Kind]] = {name: _kind(hint) for name, hint in HINTS.items()}
"""How the values of every option are validated."""
