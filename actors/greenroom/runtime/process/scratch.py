"""A private directory for one process: its TMPDIR, and whatever is written for it alone.

Directories of hosts that were killed are swept by later hosts of the same user, and with them the
processes that live on in them; see `leftovers` and `strays`.
"""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, final

from greenroom.runtime.process.leftovers import Leftovers
from greenroom.runtime.process.owner import Owner
from greenroom.runtime.process.storage_error import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["Scratch"]

_OURS: Final = 0o700
_PRIVATE: Final = 0o600

_SWEEP_SECONDS: Final = 0.2
_MAX_ENTRIES_OF_A_LEFTOVER: Final = 2_000

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

        What killed hosts have left there is removed on this occasion, now and then.

        Raises:
            StorageError: it cannot be made there.
        """
        place = (_temporary_directory() if parent is None else parent).absolute()
        _sweep(place)
        try:
            return cls(_make_directory(f"{place}/{Owner.me().prefix}"))
        except OSError as error:
            raise StorageError.from_os_error(error, place) from None

    def write(self, name: str, content: bytes) -> Path:
        """Write a new file that only this user may read, whole or not at all; return its path.

        Raises:
            StorageError: it cannot be written; nothing of it is there.
        """
        path = self.path / name
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(path, flags, _PRIVATE), "wb") as file:
                file.write(content)
        except FileExistsError as error:  # it is not ours to remove
            raise StorageError.from_os_error(error, path) from None
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise StorageError.from_os_error(error, path) from None
        return path

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

    def remove(self, limit: int | None = None) -> bool:
        """Remove the directory with all that is in it; return whether it is gone.

        Follows no symbolic link, enters directories that were made unreadable, and gives up after
        `limit` entries, by default 200,000, or at what the system refuses. Never raises for what it
        finds; idempotent.
        """
        limit = _MAX_ENTRIES if limit is None else limit
        with suppress(OSError):
            self.path.rmdir()  # nearly all are empty by now
            return True
        with suppress(OSError):
            if self.path.is_dir() and not self.path.is_symlink():
                with _entered(str(self.path)) as top:
                    _empty(top, limit)
                self.path.rmdir()
            else:
                self.path.unlink()
        return not os.path.lexists(self.path)


_leftovers: Final = Leftovers()


def _sweep(place: Path) -> None:
    until = time.monotonic() + _SWEEP_SECONDS
    found = _leftovers.found(place)
    if found:
        from greenroom.runtime.process.strays import end_strays  # noqa: PLC0415 - rarely needed

        # More than once: a process in the middle of an exec shows no environment.
        while end_strays(found) and time.monotonic() < until:
            pass
    for path in found:
        if time.monotonic() > until:  # who is about to start an agent has waited long enough
            _leftovers.look_again(place)
            return
        Scratch(path).remove(_MAX_ENTRIES_OF_A_LEFTOVER)


def _make_directory(start: str) -> Path:
    """Make a directory whose name begins with `start`; what was there already is never taken."""
    while True:
        with suppress(FileExistsError):
            path = Path(start + os.urandom(8).hex())
            path.mkdir(_OURS)
            return path


def _temporary_directory() -> Path:
    import tempfile  # noqa: PLC0415 - it brings random, bz2 and lzma along

    # `tempfile` would turn to the next place, at last the working directory, when this one is full
    # for a moment, and stay there; what is written here is private.
    given = os.environ.get("TMPDIR", "")
    return Path(given if os.path.isdir(given) else tempfile.gettempdir())  # noqa: PTH112 - of a text


def _empty(top: int, limit: int) -> None:
    """Remove what is in the directory `top`, as far as that goes.

    A directory inside a directory is moved up to `top` before its turn comes: however deep the
    nesting, two descriptors and no recursion are enough.
    """
    serial = count()
    mark = os.urandom(8).hex()
    seen, names = _clear(top, limit)
    left = limit - seen
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
