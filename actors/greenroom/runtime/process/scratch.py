"""A private directory for one process: its TMPDIR, and whatever is written for it alone."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final, Self, final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["Scratch"]

_OURS: Final = 0o700

_MAX_ENTRIES: Final = 200_000
"""Files and directories removed before `remove` gives up: some seconds' worth."""


@final
class Scratch:
    """A directory that only this user may enter (0700), and that can be taken away whole.

    Creating and removing touch the disk: call them on a worker thread.

    Attributes:
        path: absolute path of the directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, parent: Path | None = None) -> Scratch:
        """Make a new directory in `parent`, by default where temporary files go.

        Raises:
            OSError: it cannot be made there.
        """
        return cls(Path(tempfile.mkdtemp(prefix="greenroom-", dir=parent)).absolute())

    def __repr__(self) -> str:
        return f"Scratch({str(self.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> bool:
        """Remove the directory with all that is in it; return whether it is gone.

        Follows no symbolic link, enters directories that were made unreadable, and gives up after
        200,000 entries or at what the system refuses. Never raises for what it finds; idempotent.
        """
        with suppress(OSError):
            if self.path.is_dir() and not self.path.is_symlink():
                with _entered(str(self.path)) as top:
                    _empty(top)
                self.path.rmdir()
            else:
                self.path.unlink()
        return not os.path.lexists(self.path)


def _empty(top: int) -> None:
    """Remove what is in the directory `top`, as far as that goes.

    A directory inside a directory is moved up to `top` before its turn comes: however deep the
    nesting, two descriptors and no recursion are enough.
    """
    serial = count()
    mark = token_hex(8)
    seen, names = _clear(top, _MAX_ENTRIES)
    left = _MAX_ENTRIES - seen
    ahead = deque(names)
    while ahead and left > 0:
        name = ahead.popleft()
        left -= 1
        with suppress(OSError):
            with _entered(name, top) as directory:
                seen, names = _clear(directory, left)
                left -= seen
                for inner in names:
                    moved = f".{mark}-{next(serial)}"
                    os.chmod(inner, _OURS, dir_fd=directory)  # only what may be written can move
                    os.rename(inner, moved, src_dir_fd=directory, dst_dir_fd=top)
                    ahead.append(moved)
            os.rmdir(name, dir_fd=top)


def _clear(directory: int, limit: int) -> tuple[int, list[str]]:
    """Remove the files among the first `limit` entries; return their number and the directories."""
    with os.scandir(directory) as entries:
        seen = list(islice(entries, limit))
    directories = []
    for entry in seen:
        if entry.is_dir(follow_symlinks=False):
            directories.append(entry.name)
        else:
            with suppress(OSError):
                os.unlink(entry.name, dir_fd=directory)
    return len(seen), directories


@contextmanager
def _entered(name: str, parent: int | None = None) -> Iterator[int]:
    """Open a directory that its owner may have closed to himself; never through a link."""
    # chmod would follow a link put in its place this instant; whoever can do that is this same
    # user, who could change the mode of its target himself.
    os.chmod(name, _OURS, dir_fd=parent)
    directory = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        yield directory
    finally:
        os.close(directory)
