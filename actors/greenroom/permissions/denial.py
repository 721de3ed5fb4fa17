"""Tool calls that did not run, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.permissions.answers import Deny
    from greenroom.permissions.request import PermissionRequest
    from greenroom_protocol.claude import PermissionDenial

__all__ = ["Denial", "merge_denials"]


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call that was not allowed.

    Attributes:
        tool_name: of the tool.
        tool_use_id: the call; empty if nobody named one.
        input: of the tool, as the model wrote it.
        reason: what the model was told; None if only the CLI knows.
        source: ``"host"`` if a handler, policy, prompter, or their absence denied it here;
            ``"cli"`` for the CLI's own rules and modes, and hooks.
    """

    tool_name: str
    tool_use_id: str = ""
    input: Any = None
    reason: str | None = None
    source: Literal["host", "cli"] = "cli"

    @classmethod
    def of(cls, request: PermissionRequest, deny: Deny) -> Self:
        """Return the record of a request that was answered by `deny`."""
        return cls(
            tool_name=request.tool_name,
            tool_use_id=request.tool_use_id,
            input=request.input,
            reason=deny.reason,
            source="host",
        )


def merge_denials(
    cli_denials: Iterable[PermissionDenial], own: Iterable[Denial]
) -> tuple[Denial, ...]:
    """Return both lists as one, in the CLI's order, with each tool call once.

    A call that both denied is recorded as ours, which has the reason. Calls without an id are never
    taken for the same.

    Args:
        cli_denials: `permission_denials` of a result.
        own: denials of this side, in the order in which they were made.
    """
    waiting: dict[str, Denial] = {}
    nameless = []
    for denial in own:
        if denial.tool_use_id:
            waiting.setdefault(denial.tool_use_id, denial)
        else:
            nameless.append(denial)
    merged: list[Denial] = []
    seen: set[str] = set()
    for one in cli_denials:
        if one.tool_use_id and one.tool_use_id in seen:
            continue
        seen.add(one.tool_use_id)
        ours = waiting.pop(one.tool_use_id) if one.tool_use_id in waiting else _from_cli(one)
        merged.append(ours)
    return (*merged, *waiting.values(), *nameless)


def _from_cli(one: PermissionDenial) -> Denial:
    return Denial(tool_name=one.tool_name, tool_use_id=one.tool_use_id, input=one.tool_input)
