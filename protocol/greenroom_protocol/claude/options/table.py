"""The option table: everything that can be said to Claude Code, one row each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from greenroom_protocol.claude.options.rows.context import CONTEXT
from greenroom_protocol.claude.options.rows.conversation import CONVERSATION
from greenroom_protocol.claude.options.rows.model import MODEL
from greenroom_protocol.claude.options.rows.process import PROCESS
from greenroom_protocol.claude.options.rows.prompt import PROMPT
from greenroom_protocol.claude.options.rows.stream import STREAM
from greenroom_protocol.claude.options.rows.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom_protocol.claude.options.row import Option

__all__ = ["TABLE"]

TABLE: Final[Mapping[str, Option]] = MappingProxyType(
    {
        option.name: option
        for option in (*PROMPT, *MODEL, *TOOLS, *CONVERSATION, *CONTEXT, *STREAM, *PROCESS)
    }
)
"""Every option by its Python name, in the order of the documentation and of the command line."""
