"""Keys that stand twice in one JSON object, which every reader takes for something else.

Decoders silently take one of the two; which one differs between them. Where a decision hangs on
the object, what was looked at and what is acted upon could then be two things.
"""

import json
from typing import Any, Final

__all__ = ["duplicate_key"]

_SHOWN_CHARS: Final = 60


class _Twice(Exception):
    """Carries the key out of the decoder."""


def duplicate_key(line: bytes) -> str | None:
    """Return a key that stands twice in an object of `line`, at whatever depth, or None.

    The line must be JSON in UTF-8. Keys are compared as decoded: escapes make no difference.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply to tell.
    """
    try:
        _DECODER.decode(line.decode())
    except _Twice as found:
        return str(found)[:_SHOWN_CHARS]
    return None


def _check(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _Twice(key)
        seen.add(key)


# Numbers stay text: integers of thousands of digits are not this module's business.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_check, parse_int=str, parse_float=str)
