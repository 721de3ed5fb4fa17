"""The JSON schema of a tool's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.tools.parameters import Parameter

__all__ = ["input_schema"]

_REF = "#/$defs/{name}"


def input_schema(
    parameters: tuple[Parameter, ...], descriptions: Mapping[str, str], tool: str
) -> dict[str, Any]:
    """Return the schema of an object with one property a parameter, and no others.

    A description comes from `msgspec.Meta`, from a string among the `Annotated` metadata, or from
    `descriptions`, whichever is there first.

    Raises:
        TypeError: a parameter's type has no schema; names `tool` and the parameter.
    """
    for parameter in parameters:
        _require_supported(parameter, tool)
    types = tuple(parameter.type for parameter in parameters)
    try:
        schemas, definitions = msgspec.json.schema_components(types, ref_template=_REF)
    except Exception as error:
        raise TypeError(f"tool {tool!r}: its parameters have no common schema: {error}") from error
    properties = {}
    for parameter, schema in zip(parameters, schemas, strict=True):
        described = parameter.description or descriptions.get(parameter.name)
        properties[parameter.name] = {
            **({"description": described} if described else {}),
            **schema,
            **_default(parameter),
        }
    return {
        "type": "object",
        "properties": properties,
        "required": [parameter.name for parameter in parameters if parameter.required],
        "additionalProperties": False,
        **({"$defs": definitions} if definitions else {}),
    }


def _require_supported(parameter: Parameter, tool: str) -> None:
    try:
        msgspec.json.Decoder(parameter.type)
        msgspec.json.schema_components((parameter.type,), ref_template=_REF)
    except Exception as error:  # whatever the classes it is made of make of being looked at
        reason = " ".join(str(error).split()).removeprefix(
            "Generating JSON schema for custom types requires either: - specifying a `schema_hook`"
            " - annotating the type with `Meta(extra_json_schema=...)` "
        )
        raise TypeError(
            f"tool {tool!r}: parameter {parameter.name!r} cannot come out of JSON: {reason}"
        ) from error


def _default(parameter: Parameter) -> dict[str, Any]:
    if parameter.required:
        return {}
    try:
        encoded = msgspec.json.encode(parameter.default)
        msgspec.json.decode(encoded, type=parameter.type)
    except Exception:  # noqa: BLE001 - a default that no JSON tells stays the function's own affair
        return {}
    return {"default": msgspec.json.decode(encoded)}
