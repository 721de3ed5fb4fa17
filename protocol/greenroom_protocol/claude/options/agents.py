"""The forms that definitions of sub-agents take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom_protocol.claude.control.initialize import AgentDefinition
from greenroom_protocol.claude.options import checks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["agent_definitions", "check_agents"]

_FIELDS = dict(
    zip(AgentDefinition.__struct_fields__, AgentDefinition.__struct_encode_fields__, strict=True)
)


def agent_definitions(value: Mapping[str, Mapping[str, Any]]) -> dict[str, AgentDefinition]:
    """Make Structs of definitions whose members have the wire's names or Python's.

    Raises:
        ValueError: a member is unknown, missing or of the wrong type. The CLI would take the
            definition without a word and drop the agent or the member (2.1.329).
    """
    return {name: _definition(name, members) for name, members in value.items()}


def check_agents(value: Mapping[str, AgentDefinition]) -> str | None:
    """Accept definitions with a name each and a form in JSON."""
    unnamed = next((problem for name in value if (problem := checks.line(name))), None)
    return unnamed or checks.json(value)


def _definition(name: str, members: Mapping[str, Any]) -> AgentDefinition:
    wire = {_wire_name(name, key): content for key, content in members.items()}
    try:
        return msgspec.convert(wire, AgentDefinition)
    except msgspec.ValidationError as error:
        raise ValueError(f"must define agents fully (agent {name[:60]!r}: {error})") from None


def _wire_name(agent: str, key: str) -> str:
    known = _FIELDS.get(key, key)
    if known in _FIELDS.values():
        return known
    import difflib  # noqa: PLC0415 - only a mistake needs it

    close = difflib.get_close_matches(key, [*_FIELDS, *_FIELDS.values()], n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"must define agents by known members ({agent[:60]!r}: {key[:60]!r}{hint})")
