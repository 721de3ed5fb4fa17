"""Which platforms processes can be owned on.

Ownership rests on sessions, process groups and waitable children, so it needs POSIX. Every module
of the package can be imported anywhere: what is missing is said in words, not by an ImportError.
"""

from __future__ import annotations

import sys
from typing import Final

from greenroom.runtime.process.errors import ProcessError

__all__ = ["UnsupportedPlatform", "check_platform"]

_REMEDY: Final = {
    "win32": "Run Greenroom inside WSL 2.",
    "cygwin": "Run Greenroom inside WSL 2.",
    "emscripten": "Run Greenroom on a host that can start processes.",
    "wasi": "Run Greenroom on a host that can start processes.",
}


class UnsupportedPlatform(ProcessError):
    """Processes cannot be owned on this platform.

    Attributes:
        platform: as `sys.platform` names it.
    """

    def __init__(self, message: str, *, platform: str = sys.platform) -> None:
        super().__init__(message)
        self.platform = platform


def check_platform(platform: str = sys.platform) -> None:
    """Return when processes can be owned on `platform`.

    Raises:
        UnsupportedPlatform: they cannot; the text says where to go instead.
    """
    remedy = _REMEDY.get(platform)
    if remedy is not None:
        raise UnsupportedPlatform(
            f"Greenroom starts agents on Linux and macOS, not on {platform!r}. {remedy}",
            platform=platform,
        )
