"""A value that is too large or too private for a command line."""

from __future__ import annotations

import msgspec

__all__ = ["OptionFile"]


class OptionFile(msgspec.Struct, frozen=True):
    """Content that the CLI reads from a file.

    Whoever starts the process writes `content` to a new file of mode 0600 in a private directory,
    adds `argument(path)` to the command line and deletes the file after the process. The content
    may hold secrets, so no repr shows it.

    Attributes:
        flag: the flag that names the file.
        name: a name for the file, without a directory.
        content: its bytes.
    """

    flag: str
    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"OptionFile(flag={self.flag!r}, name={self.name!r})"

    def argument(self, path: str) -> str:
        """Return the token of the command line that names the file."""
        return f"{self.flag}={path}"
