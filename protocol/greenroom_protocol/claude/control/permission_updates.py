"""Changes of permission rules that may go with an allowed tool call."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

__all__ = [
    "AddDirectories",
    "AddRules",
    "PermissionRule",
    "PermissionUpdate",
    "RemoveDirectories",
    "RemoveRules",
    "ReplaceRules",
    "SetMode",
]

Destination = Literal["userSettings", "projectSettings", "localSettings", "session"]
Behavior = Literal["allow", "deny", "ask"]


class PermissionRule(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A rule such as `Bash(git *)`: the tool and, in the parentheses, what of it."""

    tool_name: str
    rule_content: str | None = None  # absent when None: the CLI drops the whole list on a null


class _Update(Struct, frozen=True, kw_only=True, tag_field="type"):
    # the CLI ignores every update of a list in which one has no destination
    destination: Destination


class AddRules(_Update, frozen=True, kw_only=True, tag="addRules"):
    """Add rules to a destination; `localSettings` writes `.claude/settings.local.json`."""

    rules: Sequence[PermissionRule]
    behavior: Behavior


class ReplaceRules(_Update, frozen=True, kw_only=True, tag="replaceRules"):
    """Replace the rules of one behavior."""

    rules: Sequence[PermissionRule]
    behavior: Behavior


class RemoveRules(_Update, frozen=True, kw_only=True, tag="removeRules"):
    """Remove rules."""

    rules: Sequence[PermissionRule]
    behavior: Behavior


class SetMode(_Update, frozen=True, kw_only=True, tag="setMode"):
    """Change the permission mode."""

    mode: str


class AddDirectories(_Update, frozen=True, kw_only=True, tag="addDirectories"):
    """Add working directories."""

    directories: Sequence[str]


class RemoveDirectories(_Update, frozen=True, kw_only=True, tag="removeDirectories"):
    """Remove working directories."""

    directories: Sequence[str]


PermissionUpdate = (
    AddRules | ReplaceRules | RemoveRules | SetMode | AddDirectories | RemoveDirectories
)
