"""What the rules of a policy are held against."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

from greenroom.permissions.commands import (
    Part,
    Unreadable,
    may_be,
    read_command,
    surely_is,
)
from greenroom.permissions.paths import PathPattern, Paths, paths_of
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from greenroom.permissions.request import PermissionRequest
    from greenroom.permissions.rule import Rule

__all__ = ["Fit", "RuleMatcher", "Subject", "subjects_of"]

_SHELL: Final = "Bash"
_COMMAND_MEMBERS: Final = ("command", "cmd")
"""Members that could hold a command in the input of a tool that nobody knows."""


class Fit(Enum):
    """Whether a rule is about something."""

    NO = 0
    MAYBE = 1
    YES = 2


@final
class Subject:
    """A tool call, or one of the commands that a call of the shell consists of.

    Attributes:
        tool: its name.
        command: what would be run; None for tools that run no commands.
        is_shell: the command is one for the shell whose language we read.
        leaves_sandbox: it asks to be run outside of the sandbox.
        name: what to call it in texts.
    """

    def __init__(
        self, request: PermissionRequest, command: Part | Unreadable | None, cwd: str
    ) -> None:
        self.tool = request.tool_name
        self.command = command
        self.is_shell = request.tool_name == _SHELL
        self.leaves_sandbox = bool(request.input.get("dangerouslyDisableSandbox"))
        self.name = f"{self.tool} {shown(command.text)}" if isinstance(command, Part) else self.tool
        self._request = request
        self._cwd = cwd

    @cached_property
    def paths(self) -> Paths:
        """The files it is about."""
        return paths_of(self._request, self._cwd)

    @property
    def doubt(self) -> str:
        """What cannot be told about it, as the end of a sentence."""
        if isinstance(self.command, Unreadable):
            return (
                f", whose command {self.command.why}, so that nobody can say what it does: use "
                "simple commands without variables, substitutions, escapes and line breaks"
            )
        if self.leaves_sandbox:
            return ", which wants to leave the sandbox: run it inside"
        if isinstance(self.command, Part) and self.command.redirected:
            return ", whose input or output is redirected: write files with a tool for files"
        return ""


@final
class RuleMatcher:
    """Tells what one rule is about.

    Raises:
        ValueError: a path of the rule is no pattern.
    """

    def __init__(self, rule: Rule, cwd: str) -> None:
        self.rule: Final = rule
        self._paths = tuple(PathPattern(text, cwd) for text in rule.path)

    def fit(self, subject: Subject) -> Fit:
        """Return whether the rule is about `subject`."""
        if not self.rule.names(subject.tool):
            return Fit.NO
        if self.rule.command:
            return self._fit_command(subject)
        return self._fit_paths(subject.paths) if self._paths else Fit.YES

    def _fit_command(self, subject: Subject) -> Fit:
        command = subject.command
        if not isinstance(command, Part):
            return Fit.NO if command is None else Fit.MAYBE
        sure = subject.is_shell and not subject.leaves_sandbox
        if sure and any(surely_is(one, command) for one in self.rule.command):
            return Fit.YES
        return Fit.MAYBE if any(may_be(one, command) for one in self.rule.command) else Fit.NO

    def _fit_paths(self, paths: Paths) -> Fit:
        if paths.sure and all(self._covers(path) for path in paths.sure):
            return Fit.YES
        if paths.possible is None:
            return Fit.MAYBE
        likely = any(one.may_cover(path) for one in self._paths for path in paths.possible)
        return Fit.MAYBE if likely else Fit.NO

    def _covers(self, path: str) -> bool:
        return any(one.covers(path) for one in self._paths)


def subjects_of(request: PermissionRequest, cwd: str) -> list[Subject]:
    """Return what has to be decided before the call may be made in the directory `cwd`."""
    members = [request.input.get(name) for name in _COMMAND_MEMBERS]
    text = next((one for one in members if isinstance(one, str)), None)
    if request.tool_name == _SHELL and not isinstance(members[0], str):
        return [Subject(request, Unreadable("is missing"), cwd)]
    if text is None:
        return [Subject(request, None, cwd)]
    read = read_command(text)
    commands = (read,) if isinstance(read, Unreadable) else read
    return [Subject(request, command, cwd) for command in commands]
