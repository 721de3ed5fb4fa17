"""Which programs are run, and for whom."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from benchmarks import typescript

__all__ = ["ANSWER", "SIDES", "Side", "there"]

ANSWER = "done"
"""What the child answers."""

_VERSION = "greenroom "


@dataclass(frozen=True)
class Side:
    """A program.

    Attributes:
        label: what it does, for people.
        command: how to run it.
        base: what it is without what is measured: its cost is subtracted.
        says: how the first line begins that it prints, if it is to print something.
        needs: `cli` if it is to be told the child's path.
    """

    label: str
    command: tuple[str, ...]
    base: Literal["python", "node"] | None = None
    says: str = ""
    needs: Literal["cli"] | None = None


def _importing(statement: str) -> Side:
    return Side(f"`{statement}`", _python(statement), "python")


def _python(statement: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"{statement}\nimport cost\ncost.tell()")


def _asking(label: str, *command: str) -> Side:
    return Side(label, command, says=ANSWER, needs="cli")


SIDES = {
    "python": Side("Python alone", _python("pass")),
    "node": Side("Node alone", ("node", "node.mjs")),
    "greenroom": _importing("import greenroom"),
    "greenroom_system": _importing("from greenroom import System"),
    "greenroom_session": _importing("import greenroom; greenroom.System().session()"),
    "sdk": _importing("import claude_agent_sdk"),
    "typescript": Side("TypeScript SDK's `import`", ("node", "import_typescript.mjs"), "node"),
    "bare": _importing("import msgspec"),
    "version": Side("`greenroom --version`", (sys.executable, "version.py"), says=_VERSION),
    "ask_greenroom": _asking("`greenroom.ask()`", sys.executable, "ask_greenroom.py"),
    "ask_command": _asking("`greenroom ask`", sys.executable, "ask_command.py"),
    "ask_sdk": _asking("Python SDK's `query()`", sys.executable, "ask_sdk.py"),
    "ask_typescript": _asking("TypeScript SDK's `query()`", "node", "ask_typescript.mjs"),
    "ask_bare": _asking("bare limit: `Popen`, msgspec", sys.executable, "ask_bare.py"),
}
_NODES = ("node", "typescript", "ask_typescript")


def there() -> tuple[str, ...]:
    """Return the sides that this machine can run: without Node the TypeScript SDK is left out."""
    return tuple(side for side in SIDES if side not in _NODES or typescript.is_there())
