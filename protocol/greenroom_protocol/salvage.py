"""Salvage: building a typed value from JSON of which not everything has the expected type.

A CLI that retypes one side field must not cost a whole frame. So when the strict conversion fails,
the value is built member by member: optional members that do not convert are dropped, list items
and union members that do not convert become the union's catch-all alternative (the class tagged
`UNKNOWN_TAG`), and only a required member that cannot be had makes the whole hopeless.
"""

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import msgspec

from greenroom_protocol.drift import Drift
from greenroom_protocol.wire import UNKNOWN_TAG

__all__ = ["Hopeless", "salvage"]


class Hopeless(Exception):
    """A required part is missing or has the wrong type; the text says which."""


def salvage(value: Any, kind: Any, *, path: str, drift: Drift) -> Any:
    """Convert JSON data to `kind`, as much of it as possible.

    What had to be left out is counted in `drift` under `path` and the wire names, but only if the
    whole succeeds.

    Raises:
        Hopeless: not even the required members convert.
    """
    notes = Drift()
    result = _convert(value, kind, path, notes)
    drift.merge(notes)
    return result


def _convert(value: Any, kind: Any, path: str, notes: Drift) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason = str(error)
    alternatives = _alternatives(kind)
    for alternative in alternatives:
        attempt = Drift()  # what a failed attempt dropped does not count
        try:
            result = _rebuild(value, alternative, path, attempt)
        except Hopeless as error:
            reason = str(error) or reason
        else:
            notes.merge(attempt)
            return result
    for alternative in alternatives:
        if _tag(alternative) == UNKNOWN_TAG:
            notes.count_unknown(path)
            return alternative(raw=value)
    raise Hopeless(reason if reason.startswith(path) else f"{path}: {reason}")


def _rebuild(value: Any, kind: Any, path: str, notes: Drift) -> Any:
    """Build `kind` part by part, if it is a class or container that `value` could belong to."""
    origin = get_origin(kind)
    if isinstance(value, dict):
        if _is_struct(kind) and _tag_matches(value, kind):
            return _struct(value, kind, path, notes)
        if origin is dict:
            return dict(_items(value.items(), get_args(kind)[1], f"{path}.*", notes))
    if isinstance(value, list) and origin in {tuple, list}:
        items = _items(enumerate(value), get_args(kind)[0], f"{path}[]", notes)
        return origin(item for _, item in items)
    raise Hopeless  # not a thing with parts: the conversion has told the reason


def _struct(value: dict[str, Any], kind: Any, path: str, notes: Drift) -> Any:
    members: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        where = f"{path}.{field.encode_name}"
        if field.encode_name not in value:
            if field.required:
                raise Hopeless(f"{where} is missing")
            continue
        try:
            members[field.name] = _convert(value[field.encode_name], field.type, where, notes)
        except Hopeless:
            if field.required:
                raise
            notes.count_salvaged(where)
    return kind(**members)


def _items(pairs: Any, kind: Any, path: str, notes: Drift) -> Iterator[tuple[Any, Any]]:
    for key, item in pairs:
        try:
            yield key, _convert(item, kind, path, notes)
        except Hopeless:
            notes.count_salvaged(path)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _tag(kind: Any) -> Any:
    return kind.__struct_config__.tag if _is_struct(kind) else None


def _tag_matches(value: dict[str, Any], kind: Any) -> bool:
    config = kind.__struct_config__
    return config.tag is None or value.get(config.tag_field) == config.tag
