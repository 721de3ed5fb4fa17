"""Opening files of a directory that others may have put links into.

Agents may write where the CLI keeps its files, so a name there is no promise of what it leads to.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["is_file_within", "open_within"]

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""A pipe of that name is opened without waiting for a writer, and then refused."""


def open_within(root: Path, path: Path) -> BinaryIO:
    """Open a regular file that really lies below `root`.

    `root` itself may be a link, and directories below it may be links to others below it. The file
    may not, and nothing is opened that lies elsewhere, even if links are changed meanwhile.

    Raises:
        OSError: it is not there, or is anything else than such a file.
    """
    top = os.path.realpath(root)
    inner = Path(os.path.realpath(path.parent))
    if not inner.is_relative_to(top):  # by components: "/work" is no part of "/work-evil"
        raise OSError(errno.EXDEV, f"it leads out of {top}", str(path))
    with ExitStack() as stack:
        directory = os.open(top, _DIRECTORY)
        stack.callback(os.close, directory)
        for part in inner.relative_to(top).parts:
            directory = os.open(part, _DIRECTORY, dir_fd=directory)
            stack.callback(os.close, directory)
        file = os.open(path.name, _FILE, dir_fd=directory)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return os.fdopen(file, "rb")


def is_file_within(root: Path, path: Path) -> bool:
    """Whether `open_within` would open it."""
    with suppress(OSError), open_within(root, path):
        return True
    return False
