"""The private directories that agents leave, for a host that may not live to remove them."""

from __future__ import annotations

import os
from typing import Final, final

__all__ = ["Estates"]

_FEW: Final = 64


@final
class Estates:
    """Directories of agents whose end was told; what their host has removed is forgotten again."""

    def __init__(self) -> None:
        self._directories: list[bytes] = []
        self._many = _FEW

    def leave(self, directory: bytes) -> None:
        """Take note of one; an empty name is none."""
        if directory:
            self._directories.append(directory)
        if len(self._directories) > self._many:
            self._directories = [one for one in self._directories if os.path.lexists(one)]
            self._many = _FEW + 2 * len(self._directories)

    def remove(self) -> None:
        """Remove all that are still there."""
        left = [one for one in self._directories if os.path.lexists(one)]
        if left:
            from pathlib import Path  # noqa: PLC0415 - rarely needed, and large

            from greenroom.runtime.process.scratch import Scratch  # noqa: PLC0415 - as above

            for directory in left:
                Scratch(Path(os.fsdecode(directory))).remove()
