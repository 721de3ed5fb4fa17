"""What a tool says of itself beside its name and parameters."""

from __future__ import annotations

import msgspec

__all__ = ["ToolAnnotations"]


class ToolAnnotations(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={
        "read_only": "readOnlyHint",
        "destructive": "destructiveHint",
        "idempotent": "idempotentHint",
        "open_world": "openWorldHint",
    },
):
    """Hints for the CLI and its user; nothing is allowed or forbidden by them here.

    What is None is left out, and the CLI assumes what the MCP says: a tool that writes, may
    destroy, is not idempotent and reaches out into the world.

    Attributes:
        title: a name for people.
        read_only: it changes nothing. The CLI may then run it beside other tools.
        destructive: it may delete or overwrite.
        idempotent: calling it again with the same arguments changes nothing more.
        open_world: it deals with things outside, like the web.
    """

    title: str | None = None
    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None
