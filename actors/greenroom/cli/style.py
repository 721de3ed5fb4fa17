"""Whether output may have colours, and which.

``NO_COLOR`` (any value but the empty one) beats ``FORCE_COLOR``; ``TERM=dumb`` and anything that
is no terminal mean plain text. Without colour a terminal still shows bold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PLAIN", "Style", "choose_style", "obeys_escapes"]

_RESET: Final = "\x1b[0m"


class Style(NamedTuple):
    """How words are marked on one stream.

    Attributes:
        colour: colours may be used.
        weight: bold and faint may be used.
    """

    colour: bool
    weight: bool

    def bold(self, text: str) -> str:
        """Return `text` for headings."""
        return self._weighted("\x1b[1m", text)

    def faint(self, text: str) -> str:
        """Return `text` for what is beside the point."""
        return self._weighted("\x1b[2m", text)

    def bad(self, text: str) -> str:
        """Return `text` for what went wrong."""
        return self._coloured("\x1b[31m", text)

    def good(self, text: str) -> str:
        """Return `text` for what is as it should be."""
        return self._coloured("\x1b[32m", text)

    def doubtful(self, text: str) -> str:
        """Return `text` for what may go wrong."""
        return self._coloured("\x1b[33m", text)

    def _weighted(self, start: str, text: str) -> str:
        return f"{start}{text}{_RESET}" if self.weight else text

    def _coloured(self, start: str, text: str) -> str:
        return f"{start}{text}{_RESET}" if self.colour else text


PLAIN: Final = Style(colour=False, weight=False)


def obeys_escapes(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether `stream` is a terminal that can be told to go back and to erase."""
    return stream.isatty() and env.get("TERM") != "dumb"


def choose_style(stream: TextIO, env: Mapping[str, str], *, wanted: bool = True) -> Style:
    """Return how words may be marked on `stream`; `wanted` False forbids colours."""
    able = obeys_escapes(stream, env)
    if not wanted or env.get("NO_COLOR"):
        return Style(colour=False, weight=able)
    forced = bool(env.get("FORCE_COLOR"))
    return Style(colour=able or forced, weight=able or forced)
