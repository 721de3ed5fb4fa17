"""The schema that a CLI is given for the schema of a value.

It allows all that the original allows and sometimes more, as not all can be said in a form that
the CLI's validator and the API both take. The original is checked here, when the output is read.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

import msgspec

from greenroom.structured.keywords import DEFINITIONS, PLAIN, SCHEMA, SCHEMAS, SCHEMAS_BY_NAME
from greenroom.structured.pattern import is_portable

__all__ = ["VALUE", "wire_schema"]

VALUE: Final = "value"
"""The member of a wrapping object that holds what is no object itself."""

_OBJECT_WORDS: Final = ("properties", "required", "additionalProperties")


def wire_schema(schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the schema to send, and whether the value is wrapped in an object there.

    The output is the input of a tool, so it is an object. Schemas that are not plainly those of an
    object (also unions at the top, which the API refuses) become those of its member `VALUE`.
    """
    top = _without_top_ref(schema)
    if _is_object(top):
        return _finished({**top, "type": "object"}), False
    definitions: dict[str, Any] = {name: schema[name] for name in DEFINITIONS if name in schema}
    value = {name: each for name, each in schema.items() if name not in definitions}
    wrapped: dict[str, Any] = {
        "type": "object",
        "properties": {VALUE: value},
        "required": [VALUE],
        "additionalProperties": False,
        **definitions,
    }
    return _finished(wrapped, moved=True), True


def _finished(schema: dict[str, Any], *, moved: bool = False) -> dict[str, Any]:
    known: dict[str, Any] = _known(schema, moved=moved)
    _drop_dead_refs(known, known)
    return known


def _is_object(schema: dict[str, Any]) -> bool:
    if "$ref" in schema or any(word in schema for word in SCHEMAS):
        return False
    if "type" in schema:
        return schema["type"] in ("object", ["object"])
    if not any(word in schema for word in _OBJECT_WORDS):
        return False
    return b'"$ref"' not in msgspec.json.encode(schema)  # one to here would get the type as well


def _without_top_ref(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` with what it refers to at the top in its place; the rest goes before it."""
    seen: set[str] = set()
    while isinstance(ref := schema.get("$ref"), str) and ref not in seen:
        seen.add(ref)
        target = _find(schema, ref)
        if not isinstance(target, dict) or ref == "#":
            break
        rest = {name: each for name, each in schema.items() if name != "$ref"}
        schema = {**target, **rest}
    return schema


def _find(root: dict[str, Any], ref: str) -> dict[str, Any] | bool | None:
    """Return the schema in `root` that a reference leads to; None: it leads nowhere in there."""
    if ref != "#" and not ref.startswith("#/"):
        return None
    found: Any = root
    for step in unquote(ref).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            return None
    return found if isinstance(found, (dict, bool)) else None


# --- what is known -----------------------------------------------------------------------------


def _known(schema: Any, *, moved: bool) -> Any:
    """Return `schema` in words that are known everywhere; without the others it allows more.

    Args:
        schema: of any value; also true or false.
        moved: the top of the original is the member `VALUE` now.
    """
    if not isinstance(schema, dict):
        return schema
    known: dict[str, Any] = {}
    for word, value in schema.items():
        if word in PLAIN:
            known[word] = value
        elif word in SCHEMA:
            known[word] = _known(value, moved=moved)
        elif word in SCHEMAS and isinstance(value, list):
            known[word] = [_known(each, moved=moved) for each in value]
        elif word in SCHEMAS_BY_NAME and isinstance(value, dict):
            known[word] = {name: _known(each, moved=moved) for name, each in value.items()}
    _add_special(schema, known, moved=moved)
    return known


def _add_special(schema: dict[str, Any], known: dict[str, Any], *, moved: bool) -> None:
    """Add the words that can only be kept in part."""
    ref = schema.get("$ref")
    if isinstance(ref, str):
        known["$ref"] = _moved(ref) if moved else ref
    if is_portable(schema.get("pattern")):
        known["pattern"] = schema["pattern"]
    required = schema.get("required")
    if isinstance(required, list):
        known["required"] = list(dict.fromkeys(required))
    _give_up_where_more_is_less(schema, known)
    _add_items(schema, known, moved=moved)
    _add_named_by_pattern(schema, known, moved=moved)


def _give_up_where_more_is_less(schema: dict[str, Any], known: dict[str, Any]) -> None:
    """Drop what would forbid more if the schemas in it allowed more."""
    if "not" in known and not _is_exact(schema["not"], known["not"]):
        del known["not"]
    if "if" in known and not (
        _is_exact(schema["if"], known["if"]) and ("then" in known or "else" in known)
    ):
        for word in ("if", "then", "else"):
            known.pop(word, None)
    if "oneOf" in known and not _is_exact(schema["oneOf"], known["oneOf"]):
        some_of = {"anyOf": known.pop("oneOf")}
        if "anyOf" in known:
            known["allOf"] = [*known.get("allOf", ()), some_of]
        else:
            known.update(some_of)


def _is_exact(original: Any, known: Any) -> bool:
    """Whether `known` is sure to allow no more: what it refers to may."""
    return bool(original == known) and b'"$ref"' not in msgspec.json.encode(original)


def _moved(ref: str) -> str:
    """Return the reference, now that what is no definition stands within `VALUE`."""
    stays = any(ref.startswith(f"#/{name}/") for name in DEFINITIONS)
    return ref if stays or not ref.startswith("#") else f"#/properties/{VALUE}{ref[1:]}"


def _add_items(schema: dict[str, Any], known: dict[str, Any], *, moved: bool) -> None:
    """Say of items at known places only that each is one of them: drafts differ in how to."""
    rest = schema.get("items")
    first = schema.get("prefixItems")
    if isinstance(rest, list):
        first, rest = rest, schema.get("additionalItems")
    if not isinstance(first, list):
        if rest is not None:
            known["items"] = _known(rest, moved=moved)
        return
    if rest is None and known.get("maxItems") != len(first):
        return  # anything may follow
    each = [_known(item, moved=moved) for item in first]
    if isinstance(rest, dict) or rest is True:
        each.append(_known(rest, moved=moved))
    if rest is False:
        known.setdefault("maxItems", len(first))
    distinct = [item for at, item in enumerate(each) if item not in each[:at]]
    if distinct:
        known["items"] = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _add_named_by_pattern(schema: dict[str, Any], known: dict[str, Any], *, moved: bool) -> None:
    patterns = schema.get("patternProperties")
    if not isinstance(patterns, dict):
        return
    if "properties" not in known and all(map(is_portable, patterns)):
        known["patternProperties"] = {
            name: _known(each, moved=moved) for name, each in patterns.items()
        }
    else:  # names of both kinds are refused; those that follow a pattern are no others
        known.pop("additionalProperties", None)


def _drop_dead_refs(value: Any, root: dict[str, Any]) -> None:
    """Drop references that lead nowhere, for which the whole schema would be refused."""
    if isinstance(value, list):
        for each in value:
            _drop_dead_refs(each, root)
    elif isinstance(value, dict):
        for word, each in list(value.items()):
            if word == "$ref" and isinstance(each, str) and _find(root, each) is None:
                del value[word]
            elif word not in PLAIN:
                _drop_dead_refs(each, root)
