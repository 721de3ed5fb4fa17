r"""Text from a process made safe to show on a terminal or in a log.

Dropped: escape sequences with their payload (colours, cursor movement, titles, hyperlinks,
clipboard writes), C0 control characters other than TAB and LF, DEL and C1. Shown as ``\uXXXX``:
characters that reorder or hide text (bidi controls, zero-width and tag characters, fillers and the
selectors that text can be smuggled in), so that they are seen instead of obeyed. A carriage return
becomes the line feed it stood for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

__all__ = ["plain_text"]

_SEQUENCE: Final = r"""(?x)
      (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]?                  # CSI: colours, cursor, modes
    | (?: \x1b[\]PX^_] | [\x9d\x90\x98\x9e\x9f] )               # OSC, DCS, SOS, PM, APC ...
      [^\x07\x1b\x9c\n]* (?: \x07 | \x1b\\ | \x9c )?         # ... to BEL or ST, within a line
    | \x1b [ -/]* [0-~]?                                        # all other escapes
    """

_DROPPED: Final = (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0))
_MADE_VISIBLE: Final = (
    *(0x00AD, 0x034F, 0x180E),  # soft hyphen, grapheme joiner, Mongolian vowel separator
    *(0x115F, 0x1160, 0x3164, 0xFFA0),  # Hangul fillers: letters without a shape
    *(0x200B, 0x200C, 0x200D, 0x200E, 0x200F),  # zero-width, left-to-right and right-to-left marks
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *(0x2028, 0x2029),  # line and paragraph separator
    *range(0x2060, 0x2070),  # invisible operators, bidi isolates, deprecated formats
    *range(0xFFF9, 0xFFFC),  # annotations that stand between the lines
    *(0x061C, 0xFEFF),  # Arabic letter mark, zero-width no-break space
    *range(0xE0000, 0xE01F0),  # tag characters, variation selectors that no font knows
    *range(0xD800, 0xE000),  # lone surrogates: no encoding takes them
)


def plain_text(text: str) -> str:
    """Return `text` with nothing in it that a terminal obeys or hides."""
    stripped = re.sub(_SEQUENCE, "", text)
    return stripped.replace("\r\n", "\n").replace("\r", "\n").translate(_table())


@cache
def _table() -> dict[int, str]:
    shown = {code: chr(code).encode("unicode_escape").decode() for code in _MADE_VISIBLE}
    return dict.fromkeys(_DROPPED, "") | shown
