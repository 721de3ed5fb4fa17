"""The keywords of JSON Schema that a CLI's validator knows, and where schemas stand in them.

Claude's validator (CLI 2.1.329) reads draft 7 and refuses a schema as a whole for one keyword it
does not know: the model is then never offered a way to give its output. The API behind it reads
draft 2020-12. What stands here means the same to both.
"""

from __future__ import annotations

from typing import Final

__all__ = ["DEFINITIONS", "PLAIN", "SCHEMA", "SCHEMAS", "SCHEMAS_BY_NAME"]

DEFINITIONS: Final = ("$defs", "definitions")

SCHEMA: Final = frozenset(
    {"additionalProperties", "contains", "else", "if", "not", "propertyNames", "then"}
)
"""Their value is a schema."""

SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf"})
"""Their value is a list of schemas."""

SCHEMAS_BY_NAME: Final = frozenset({*DEFINITIONS, "properties"})
"""Their value is an object of schemas."""

PLAIN: Final = frozenset(
    {
        "$comment",
        "const",
        "contentEncoding",
        "contentMediaType",
        "default",
        "deprecated",
        "description",
        "enum",
        "examples",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "readOnly",
        "title",
        "type",
        "uniqueItems",
        "writeOnly",
    }
)
"""Their value holds no schema."""
