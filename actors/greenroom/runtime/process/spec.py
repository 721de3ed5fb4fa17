"""What to spawn."""

from __future__ import annotations

from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import force_setattr

from greenroom.runtime.process.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SpawnSpec"]


class SpawnSpec(msgspec.Struct, frozen=True):
    """A process to spawn, complete: nothing is inherited from the host but what stands here.

    The repr shows the names in the environment, never the values.

    Attributes:
        argv: the command line; its first item is the absolute path of the executable.
        env: the whole environment of the process; see `child_environment`.
        cwd: absolute path of the directory it starts in.
        umask: what the files it creates are *not* allowed.
        scratch: absolute path of its private directory, which is removed even if the host does not
            live to do it, where the containment allows; None when it has none.

    Raises:
        ValueError: the command line is empty, the executable or `cwd` is not an absolute path, a
            NUL character is in a text, or a variable has no name or a ``=`` in it.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    umask: int = 0o077
    scratch: str | None = None

    def __post_init__(self) -> None:
        """Check it here, where the caller's stack is at hand, and freeze it."""
        force_setattr(self, "argv", tuple(self.argv))
        force_setattr(self, "env", MappingProxyType(dict(self.env)))
        if not self.argv or not PurePath(self.argv[0]).is_absolute():
            raise ValueError(
                f"the executable must be an absolute path, not {shown(self.argv[:1])}: resolve it "
                "once, so that neither the working directory nor PATH decides what runs"
            )
        if not PurePath(self.cwd).is_absolute():
            raise ValueError(f"cwd must be an absolute path, not {shown(self.cwd)}")
        for index, argument in enumerate(self.argv):
            if "\0" in argument:
                raise ValueError(f"argument {index} of {self.argv[0]!r} contains a NUL character")
        for name, value in self.env.items():
            if not name or "=" in name or "\0" in name or "\0" in value:
                raise ValueError(
                    f"environment variable {shown(name)} has no name, a '=' in its name or a NUL "
                    "character"
                )

    def __repr__(self) -> str:
        return (
            f"SpawnSpec(argv={shown(self.argv)}, env=<{', '.join(sorted(self.env))}>, "
            f"cwd={shown(self.cwd)}, umask={self.umask:#05o})"
        )
