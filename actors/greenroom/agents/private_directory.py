"""A directory that its owner alone may change, and whole files in it."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final, final

from greenroom.agents.errors import StateDirectoryError
from greenroom.runtime.process.fork_guard import let_go_after_fork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PrivateDirectory"]

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_UNFINISHED: Final = ".unfinished"


@final
class PrivateDirectory:
    """One directory, held open: files are found in it wherever it is moved to.

    Where it does not exist it is made, with its parents, with mode 0700; where it does its mode is
    left alone. Methods may be called from any thread. A fork of the process holds it no longer.

    Attributes:
        path: of the directory.
        fd: its descriptor, until it is closed.

    Raises:
        StateDirectoryError: it cannot be made or opened, is no directory, is another user's, or
            others may write to it.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.fd = -1
        try:
            _make(path)
            self.fd = os.open(path, _DIRECTORY)
            let_go_after_fork(self)
            _require_own(path, os.fstat(self.fd))
        except OSError as error:
            self.close()
            raise self.failure(error) from error
        except BaseException:
            self.close()
            raise

    def failure(self, error: OSError) -> StateDirectoryError:
        """Return what an error of the system means to whoever uses the directory."""
        return StateDirectoryError(
            f"the state directory {self.path} cannot be used: {error.strerror or error}; make it "
            "writable, or name another with GREENROOM_STATE_DIR"
        )

    def names(self) -> Iterator[str]:
        """Yield the names of what is in it, in order."""
        yield from sorted(os.listdir(self.fd))  # noqa: PTH208 - by descriptor

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the content of a file, `limit` bytes of it at most; None: there is none.

        Raises:
            ValueError: it is no file, but a link, a pipe or the like.
            OSError: it cannot be read.
        """
        try:
            fd = os.open(name, _READ, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        except OSError as error:
            if stat.S_ISREG(os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode):
                raise
            raise ValueError(f"it is no file ({error.strerror})") from None
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise ValueError("it is no file")
            with os.fdopen(fd, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(fd)

    def write(self, name: str, content: bytes) -> None:
        """Put a whole file of mode 0600 in place of what was there; it is on the disk then.

        Whatever ends the process or the machine meanwhile, what was there or all of `content` is
        found under `name`.

        Raises:
            OSError: it cannot be written; what was there is as it was.
        """
        unfinished = f".{name}-{secrets.token_hex(8)}{_UNFINISHED}"
        fd = os.open(unfinished, _NEW, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(fd, "wb") as file:
                os.fchmod(fd, 0o600)
                file.write(content)
                file.flush()
                os.fsync(fd)
            os.replace(unfinished, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except BaseException:
            self.remove(unfinished)
            raise
        os.fsync(self.fd)

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, whatever had it; raises OSError where that cannot be done."""
        os.replace(old, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there; raises OSError where that cannot be done."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.fd)

    def remove_unfinished(self) -> None:
        """Remove what a writer left behind that was killed; for the only writer there is."""
        for name in self.names():
            if name.endswith(_UNFINISHED):
                self.remove(name)

    def close(self) -> None:
        """Hold it no longer. Idempotent."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    disown = close


def _require_own(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise StateDirectoryError(
            f"{path} belongs to user {found.st_uid}, and this is user {os.geteuid()}: run as that "
            "user, or name another directory with GREENROOM_STATE_DIR"
        )
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StateDirectoryError(
            f"others may write to {path} (mode {stat.S_IMODE(found.st_mode):04o}): take that "
            "permission away (chmod go-w), or name another directory with GREENROOM_STATE_DIR"
        )


def _make(path: Path) -> None:
    if path.is_dir():
        return
    if path.parent != path:
        _make(path.parent)
    with suppress(FileExistsError):  # another was faster; what it is shows when it is opened
        path.mkdir(mode=stat.S_IRWXU)
        path.chmod(stat.S_IRWXU)  # a umask may have taken away more than others' permissions
