"""Whether an executable may be trusted to be what its owner put there.

A program that somebody else can replace is that somebody's program. So everything that decides
what a path leads to is looked at: the file, every directory on the way, and every symbolic link.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import deque
from contextlib import suppress
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["PlantedBinary", "Planting", "administrators", "check_executable"]

_ADMINISTRATORS: Final = ("admin", "root", "sudo", "wheel")
"""Groups whose members may become root anyway, so their permission to write gives them nothing."""

_LINUX_ADMINISTRATORS: Final = ("staff",)
"""Debian gives them `/usr/local`; on macOS everybody is of a group of this name."""

_ROOT: Final = "/"
_MAX_LINKS: Final = 40  # what Linux follows


class Planting(StrEnum):
    """How somebody else could decide what runs."""

    RELATIVE = "relative"
    """The path depends on the working directory."""

    UNRESOLVED = "unresolved"
    """The path leads nowhere, in circles, or through what we may not look at."""

    FOREIGN_OWNER = "foreign_owner"
    """It belongs neither to root nor to us."""

    GROUP_WRITABLE = "group_writable"
    """A group may change it that is not just its owner's own."""

    WORLD_WRITABLE = "world_writable"
    """Everybody may change it."""


class PlantedBinary(NamedTuple):
    """Why an executable is not to be trusted.

    Attributes:
        path: what was to be run.
        culprit: the file, link or directory on the way to it that others control.
        planting: how.
    """

    path: str
    culprit: str
    planting: Planting

    def __str__(self) -> str:
        return (
            f"{self.path!r} may not be what it seems: {self.culprit!r} is "
            f"{self.planting.replace('_', ' ')}"
        )


@cache
def administrators() -> frozenset[int]:
    """Return the groups of this machine whose members could replace any program anyway."""
    import grp  # noqa: PLC0415 - the package can be imported where this module is missing

    groups = set()
    for name in _ADMINISTRATORS + (_LINUX_ADMINISTRATORS if sys.platform == "linux" else ()):
        with suppress(KeyError):  # not on this machine
            groups.add(grp.getgrnam(name).gr_gid)
    return frozenset(groups)


def check_executable(
    path: str, *, groups: Collection[int] = (), vouched: Collection[Planting] = ()
) -> PlantedBinary | None:
    """Return None when only root and we decide what `path` runs, else the first doubt.

    A directory with the sticky bit, like ``/tmp``, may be writable by all: there nobody can replace
    what belongs to somebody else. Write permission of a group counts unless the group's number is
    the owner's, which is how systems name the private group of a user.

    Args:
        path: what is to be run.
        groups: groups that are trusted as root is; see `administrators`.
        vouched: doubts that somebody has answered for; the others still count.
    """
    if not path.startswith("/"):
        return PlantedBinary(path, path, Planting.RELATIVE)
    try:
        for passed, entry in _resolution(path):
            planting = _planting(entry)
            if planting is Planting.GROUP_WRITABLE and entry.st_gid in groups:
                continue
            if planting is not None and planting not in vouched:
                return PlantedBinary(path, passed, planting)
    except OSError as error:
        return PlantedBinary(path, error.filename or path, Planting.UNRESOLVED)
    return None


def _resolution(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what the kernel passes on its way along `path`, the file itself last.

    Done with plain strings, as it is done for every start.

    Raises:
        OSError: a link cannot be read, or there are too many.
    """
    here = _ROOT
    ahead = deque(path.split("/"))
    links = 0
    yield here, os.lstat(here)
    while ahead:
        name = ahead.popleft()
        if name in {"", "."}:
            continue
        parent = here
        if name == "..":
            here = os.path.dirname(here)  # noqa: PTH120 - links are resolved by now, so this is where the kernel goes
            continue
        here = f"{'' if parent == _ROOT else parent}/{name}"
        entry = os.lstat(here)
        yield here, entry
        if stat.S_ISLNK(entry.st_mode):
            links += 1
            if links > _MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            target = os.readlink(here)  # noqa: PTH115 - as above
            ahead.extendleft(reversed(target.split("/")))
            here = _ROOT if target.startswith("/") else parent


def _planting(entry: os.stat_result) -> Planting | None:
    if entry.st_uid not in (0, os.geteuid()):
        return Planting.FOREIGN_OWNER
    mode = entry.st_mode
    # The permissions of a link mean nothing; of a sticky directory they let nobody replace.
    if stat.S_ISLNK(mode) or (stat.S_ISDIR(mode) and mode & stat.S_ISVTX):
        return None
    if mode & stat.S_IWOTH:
        return Planting.WORLD_WRITABLE
    if mode & stat.S_IWGRP and entry.st_gid != entry.st_uid:
        return Planting.GROUP_WRITABLE
    return None
