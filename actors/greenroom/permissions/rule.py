"""One rule of a permission policy."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, cast

import msgspec

from greenroom.permissions.errors import PolicyError
from greenroom.permissions.patterns import matches_text
from greenroom_protocol.errors import shown

__all__ = ["DECISIONS", "Decision", "Rule"]

Decision = Literal["allow", "ask", "deny"]

DECISIONS: Final = ("allow", "ask", "deny")
"""From the most generous to the strictest."""

_TOOL: Final = re.compile(r"[A-Za-z0-9_.:*-]+")
_CLI_RULE: Final = re.compile(r"([A-Za-z0-9_*]+)\((.*)\)")
_OTHERS: Final = ("command", "path", "reason")


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What becomes of the tool calls that fit.

    In `tool` and `command` ``*`` stands for any text. In `path` it stands for any text within a
    component, and ``**`` for any number of components. Nothing else is special.

    Args:
        decision: ``"allow"``, ``"ask"`` or ``"deny"``.
        tool: names of tools; ``"*"`` is every tool.
        command: shell commands, as in ``"git log *"``, which is also ``git log`` alone. Each of the
            commands in ``a && b | c`` is decided by itself.
        path: files, as in ``"src/**"``; relative to the working directory of the policy.
        reason: why; the model reads it of a denial, the person of a question.

    Of `tool`, `command` and `path` several may be given; one that fits is enough.

    Raises:
        PolicyError: the rule cannot be understood, or could never fit.
    """

    decision: Decision
    tool: str | tuple[str, ...] = "*"
    command: str | tuple[str, ...] = ()
    path: str | tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS:
            raise PolicyError(
                f"a rule's decision is 'allow', 'ask' or 'deny', not {shown(self.decision)}"
            )
        for name in ("tool", "command", "path"):
            msgspec.structs.force_setattr(self, name, _texts(name, getattr(self, name)))
        if not self.tool:
            raise PolicyError("a rule names a tool; '*' is every tool")
        for tool in self.tool:
            _check_tool(tool)
        if self.command and self.path:
            raise PolicyError("a rule has a command or a path, not both: no tool has both")
        if not isinstance(self.reason, str):
            raise PolicyError(f"the reason of a rule is a text, not {shown(self.reason)}")

    @classmethod
    def of(cls, table: object) -> Rule:
        """Return the rule that is written as ``{"allow": "Bash", "command": "git *"}``.

        Raises:
            PolicyError: it cannot be understood.
        """
        if not isinstance(table, dict):
            raise PolicyError(f"a rule is a table, not {shown(table)}")
        unknown = [key for key in table if key not in {*DECISIONS, *_OTHERS}]
        if unknown:
            raise PolicyError(
                f"a rule has no {shown(unknown[0])}; it has one of {', '.join(DECISIONS)} and may "
                f"have {', '.join(_OTHERS)}"
            )
        decided = [key for key in DECISIONS if key in table]
        if len(decided) != 1:
            raise PolicyError(
                'a rule decides once, as in allow = "Bash": this one has '
                + (" and ".join(decided) if decided else "no decision")
            )
        rest: dict[str, Any] = {key: table[key] for key in _OTHERS if key in table}
        for key in ("command", "path"):
            if key in rest and not rest[key]:
                raise PolicyError(f"the {key} of a rule must not be empty; leave it out instead")
        decision = cast("Decision", decided[0])
        return cls(decision, table[decision], **rest)

    def names(self, tool: str) -> bool:
        """Whether it is about this tool."""
        return any(matches_text(pattern, tool) for pattern in self.tool)

    def __str__(self) -> str:
        members = {"": self.tool, "command ": self.command, "path ": self.path}
        texts = [f"{name}{' or '.join(value)}" for name, value in members.items() if value]
        return f"{self.decision} {', '.join(texts)}"


def _texts(name: str, value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        raise PolicyError(f"the {name} of a rule is a text or a list of texts, not {shown(value)}")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise PolicyError(f"the {name} of a rule must not be empty or no text: {shown(text)}")
    return tuple(texts)


def _check_tool(tool: str) -> None:
    if _TOOL.fullmatch(tool):
        return
    cli = _CLI_RULE.fullmatch(tool)
    hint = ""
    if cli is not None:
        hint = f"; write {cli[1]!r} and, as the rule's command or path, {cli[2]!r:.100}"
    raise PolicyError(f"{shown(tool)} is no name of a tool{hint}")
