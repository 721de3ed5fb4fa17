"""The socket a host listens on: its owner's alone, and never taken from a host that lives."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import stat
import struct
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from greenroom.agents.errors import AgentsRunningError, StateDirectoryError
from greenroom.agents.private_directory import PrivateDirectory
from greenroom.runtime.process.fork_guard import let_go_after_fork

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ControlSocket", "address_of", "peer_uid"]

_BACKLOG: Final = 32
_LONGEST_ADDRESS: Final = 107 if sys.platform == "linux" else 103
"""Bytes a path may have; the kernel wants one more for its end."""

_NOBODY: Final = {errno.ECONNREFUSED, errno.ENOENT}
"""How connecting fails where no process listens any more."""


@final
class ControlSocket:
    """A listening Unix socket of mode 0600; what was at its path is replaced if it is dead.

    At no moment can others connect, whatever the umask: it comes to be in a directory that is
    closed to them, and is moved from there when its mode is set.

    Args:
        path: where to listen, in a directory such as `PrivateDirectory` wants.

    Attributes:
        path: the same.
        listener: the socket; it does not block.

    Raises:
        AgentsRunningError: a host listens there.
        StateDirectoryError: something else is there, or nothing can be made there.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._place: tuple[int, int] | None = None
        directory: PrivateDirectory | None = None
        try:
            directory = PrivateDirectory(path.parent)
            self._take(directory)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError) and directory is not None:
                raise directory.failure(error) from error
            raise
        finally:
            if directory is not None:
                directory.close()
        let_go_after_fork(self)

    def close(self) -> None:
        """Listen no more, and leave nothing at the path unless another has put it there."""
        if self.listener.fileno() < 0:
            return
        if self._place is not None:
            with suppress(OSError):
                if _place_of(self.path) == self._place:
                    self.path.unlink()
        self.listener.close()

    def disown(self) -> None:
        """In a fork: close the copy, and leave the path to the host."""
        self.listener.close()

    def _take(self, directory: PrivateDirectory) -> None:
        # Two hosts that both found a dead socket must not both replace it.
        fcntl.flock(directory.fd, fcntl.LOCK_EX)
        _require_dead(self.path)
        self.listener.setblocking(False)
        with tempfile.TemporaryDirectory(prefix=".", dir=self.path.parent) as name:
            Path(name).chmod(stat.S_IRWXU)
            new = Path(name) / "s"
            with address_of(new) as address:
                self.listener.bind(address)
            new.chmod(stat.S_IRUSR | stat.S_IWUSR)
            self.listener.listen(_BACKLOG)
            self._place = _place_of(new)
            new.rename(self.path)


def _place_of(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino


def _require_dead(path: Path) -> None:
    """Raise unless nothing is at `path`, or a socket nobody listens on."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise StateDirectoryError(
            f"{path} is no socket, so it is left alone: move it away, or name another path"
        )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, address_of(path) as address:
        probe.setblocking(False)  # a host that is too busy to answer lives, too
        found = probe.connect_ex(address)
    if found not in _NOBODY:
        raise AgentsRunningError(
            f"these agents are kept up already: a host listens on {path}; stop it first, with "
            "`greenroom stop`"
        )


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """Give a name of `path` that is short enough for a socket; good for as long as it is entered.

    Raises:
        StateDirectoryError: there is none.
        OSError: its directory cannot be opened.
    """
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield str(path)
        return
    if sys.platform != "linux" or len(os.fsencode(path.name)) > _LONGEST_ADDRESS // 2:
        raise StateDirectoryError(
            f"{path} is too long for the path of a socket, which may have {_LONGEST_ADDRESS} "
            "bytes: name a shorter directory with GREENROOM_STATE_DIR"
        )
    fd = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{fd}/{path.name}"
    finally:
        os.close(fd)


if sys.platform == "darwin":
    _SOL_LOCAL: Final = 0
    _LOCAL_PEERCRED: Final = 1

    def peer_uid(connection: socket.socket) -> int:
        """Return the user at the other end, as the kernel knows it."""
        # struct xucred: version, user, number of groups, groups
        told = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, 76)
        uid: int = struct.unpack_from("=II", told)[1]
        return uid
else:

    def peer_uid(connection: socket.socket) -> int:
        """Return the user at the other end, as the kernel knows it."""
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        uid: int = struct.unpack("3i", told)[1]
        return uid
