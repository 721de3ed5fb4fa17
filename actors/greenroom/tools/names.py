"""Which name a tool has on the wire.

The model sees ``mcp__<server>__<tool>``, at most 64 letters, digits, ``_`` and ``-``. Names that
fit stay as they are; others are cut and get a digest of the whole name, so the same name is cut the
same way in every process, whatever other tools there are. A server's name can be told from its
tool's because it has no double underscore in it and no underscore at its end.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_NAME", "full_name", "require_server_name", "tool_names"]

LONGEST_NAME: Final = 64
_LONGEST_SERVER: Final = 40
_DIGEST_LENGTH: Final = 8
_ILLEGAL: Final = re.compile(r"[^a-zA-Z0-9_-]")
_SERVER: Final = re.compile(rf"(?!.*__)[a-zA-Z0-9_-]{{1,{_LONGEST_SERVER}}}(?<!_)\Z")


def require_server_name(name: Any) -> str:
    """Return `name` if a server may have it.

    Raises:
        ValueError: it cannot be part of the names of its tools.
    """
    if not isinstance(name, str) or not _SERVER.match(name):
        raise ValueError(
            f"an MCP server cannot be called {name!r:.100}: 1 to {_LONGEST_SERVER} letters, "
            "digits, '-' and single '_', and no '_' at the end"
        )
    return name


def full_name(server: str, tool: str) -> str:
    """Return what the model, permission rules and hooks call a tool with this name on the wire."""
    return f"mcp__{server}__{tool}"


def tool_names(server: str, names: Iterable[str]) -> dict[str, str]:
    """Return, for each name of a tool of `server`, its name on the wire: another for each.

    A name that fits keeps itself, whatever the others are.
    """
    room = LONGEST_NAME - len(full_name(server, ""))
    distinct = dict.fromkeys(names)
    taken = {name for name in distinct if _fits(name, room)}
    wire = {name: name for name in taken}
    for name in sorted(distinct.keys() - taken):
        wire[name] = next(cut for cut in _cuts(name, room) if cut not in taken)
        taken.add(wire[name])
    return {name: wire[name] for name in distinct}


def _fits(name: str, room: int) -> bool:
    return 0 < len(name) <= room and not _ILLEGAL.search(name)


def _cuts(name: str, room: int) -> Iterable[str]:
    import hashlib  # noqa: PLC0415 - most names fit

    head = _ILLEGAL.sub("_", name)[: room - _DIGEST_LENGTH - 1]
    for attempt in itertools.count():
        salted = f"{name}\0{attempt}".encode("utf-8", "surrogatepass")
        yield f"{head}_{hashlib.sha256(salted).hexdigest()[:_DIGEST_LENGTH]}"
