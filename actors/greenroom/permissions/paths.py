"""Which files a tool call is about, and whether a pattern covers them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from greenroom.permissions.patterns import matches_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.permissions.request import PermissionRequest

__all__ = ["PathPattern", "Paths", "paths_of"]

_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Edit": ("file_path",),
    "Glob": ("path",),
    "Grep": ("path",),
    "LS": ("path",),
    "MultiEdit": ("file_path",),
    "NotebookEdit": ("notebook_path",),
    "NotebookRead": ("notebook_path",),
    "Read": ("file_path",),
    "Write": ("file_path",),
}
"""Members of a tool's input that hold all the paths it goes to."""

_HERE_BY_DEFAULT: Final = frozenset({"Glob", "Grep", "LS"})
"""Tools that go to the working directory unless told otherwise."""

_ANYWHERE: Final = ("file_path", "path", "notebook_path")
"""Members that could hold a path in the input of a tool that nobody knows."""

_WILD: Final = frozenset("*?[]{}()!@+|\\")
"""What is special in the patterns of the tool Glob, or could be."""


class Paths(msgspec.Struct, frozen=True):
    """The files of one call, absolute.

    Attributes:
        sure: all paths it goes to, without links, in each reading; None if that is not known.
        possible: all paths it may go to; None if it may be any.
    """

    sure: tuple[str, ...] | None
    possible: tuple[str, ...] | None


class PathPattern:
    """Files: relative to `cwd`, with ``*`` within a component and ``**`` for any number of them.

    Links in front of the first wildcard are followed once, now: one that an agent makes later does
    not change what the pattern covers.

    Raises:
        ValueError: the pattern is empty, ``**`` is part of a component, or ``..`` follows a
            wildcard.
    """

    def __init__(self, text: str, cwd: str) -> None:
        parts = text.split("/")
        first = next((at for at, part in enumerate(parts) if "*" in part), len(parts))
        tail = [part for part in parts[first:] if part not in {"", "."}]
        if not text.strip():
            raise ValueError("a path pattern must not be empty")
        if ".." in tail or any("**" in part and part != "**" for part in tail):
            raise ValueError(
                f"{text!r} is no path pattern: '**' stands alone between slashes, as in "
                "'src/**/*.py', and no '..' follows a wildcard"
            )
        head = str(Path(cwd, _expanded("/".join((*parts[:first], "")))))
        self._tail = tuple(tail)
        self._tail_folded = tuple(part.casefold() for part in tail)
        self._head = _components(os.path.realpath(os.path.normpath(head)))
        self._heads_folded = {
            _components(form.casefold())
            for form in (os.path.normpath(head), os.path.realpath(os.path.normpath(head)))
        }

    def covers(self, path: str) -> bool:
        """Whether `path` (absolute, without links) is one of the files."""
        return _is_below(self._head, self._tail, _components(path))

    def may_cover(self, path: str) -> bool:
        """Whether it could be, on a file system that does not tell capitals from small letters."""
        components = _components(path.casefold())
        return any(_is_below(head, self._tail_folded, components) for head in self._heads_folded)


def paths_of(request: PermissionRequest, cwd: str) -> Paths:
    """Return the paths of a tool call that is made in the directory `cwd`."""
    try:
        return Paths(_sure(request, cwd), _possible(request, cwd))
    except (OSError, ValueError):  # no path at all, such as one with NUL in it
        return Paths(None, None)


def _sure(request: PermissionRequest, cwd: str) -> tuple[str, ...] | None:
    members = _MEMBERS.get(request.tool_name)
    if members is None:
        return None
    usual = "." if request.tool_name in _HERE_BY_DEFAULT else None
    paths = [request.input.get(name, usual) for name in members] + _of_glob(request)
    texts = [path for path in paths if isinstance(path, str) and path]
    if len(texts) < len(paths):
        return None
    return tuple(real for path in texts for real in map(os.path.realpath, _readings(path, cwd)))


def _possible(request: PermissionRequest, cwd: str) -> tuple[str, ...] | None:
    of_glob = _of_glob(request)
    if None in of_glob:
        return None
    named = [request.input.get(name) for name in _ANYWHERE]
    if request.tool_name in _HERE_BY_DEFAULT:
        named.append(".")
    texts = [path for path in (*named, request.blocked_path, *of_glob) if isinstance(path, str)]
    readings = [reading for path in texts for reading in _readings(path, cwd)]
    return tuple({*map(os.path.normpath, readings), *map(os.path.realpath, readings)})


def _readings(path: str, cwd: str) -> tuple[str, ...]:
    """Return `path` as a kernel and as a program may understand it."""
    whole = {str(Path(cwd, path)), str(Path(cwd, _expanded(path)))}
    return (*whole, *map(os.path.normpath, whole))


def _expanded(path: str) -> str:
    try:
        return str(Path(path).expanduser())
    except RuntimeError:  # nobody knows this user's home
        return path


def _of_glob(request: PermissionRequest) -> list[str | None]:
    """Return where the pattern of a Glob leads, unless below its path; None: anywhere."""
    pattern = request.input.get("pattern", "")
    if request.tool_name != "Glob":
        return []
    if not isinstance(pattern, str):
        return [None]
    if ".." not in pattern and not pattern.startswith(("/", "~")):
        return []
    parts = pattern.split("/")
    first = next((at for at, part in enumerate(parts) if _WILD.intersection(part)), len(parts))
    if any(".." in part for part in parts[first:]):
        return [None]
    head, base = "/".join((*parts[:first], "")), request.input.get("path")
    return [str(Path(base, head)) if isinstance(base, str) and head[0] not in "/~" else head]


def _components(path: str) -> tuple[str, ...]:
    return tuple(filter(None, path.split("/")))


def _is_below(head: tuple[str, ...], tail: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return path[: len(head)] == head and matches_components(tail, path[len(head) :])
