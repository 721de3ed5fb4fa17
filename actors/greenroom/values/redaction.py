"""What must not be read by others, taken out of texts by name and by value."""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, final
from urllib.parse import quote, quote_plus

from greenroom_protocol import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MASK", "Redactor", "is_sensitive"]

MASK: Final = "***"

_SHORTEST: Final = 6
"""Characters below which a secret is not looked for: it would be found in every other word."""

_SHORTEST_LINE: Final = 16
"""Characters from which a single line of a secret with several lines is looked for."""

_SENSITIVE: Final = re.compile(
    r"""
      (?: api | access | private )[_-]?keys? $
    | (?: access | auth | bearer | id | oauth | refresh | session )[_-]?tokens? $
    | (?: ^ | [_-] )token $                                  # but not `output_tokens`
    | (?: authorization | cookie | credential | passphrase | passwd | password | secret )s? $
    """,
    re.VERBOSE | re.IGNORECASE,
)

_PLAIN: Final = (bool, int, float, type(None))


@lru_cache(maxsize=1024)
def is_sensitive(name: str) -> bool:
    """Whether the value under this name (of a key, an option, a variable) is a secret."""
    return _SENSITIVE.search(name) is not None


@final
class Redactor:
    """Replaces secrets by `MASK`: known values wherever they stand, others by their key.

    A value is also found base64-encoded (by itself or within what was encoded), URL-encoded and as
    JSON writes it; of one with several lines each line that is long enough. Values of fewer than
    six characters are not looked for. Immutable, hence safe from any thread; its repr shows nothing
    and pickling raises.

    Args:
        secrets: the values to look for.
    """

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str | Secret] = ()) -> None:
        values = {one.reveal() if isinstance(one, Secret) else one for one in secrets}
        forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Redactor cannot be pickled: it knows secrets")

    def text(self, text: str) -> str:
        """Return `text` without the secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def value(self, value: Any, *, name: str = "") -> Any:
        """Return `value`, and whatever it holds, without secrets; `name` is what it is called.

        An object whose repr shows a secret becomes that repr, masked.
        """
        if isinstance(value, Secret) or (is_sensitive(name) and value is not None):
            return MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, dict):
            return {self._key(key): self.value(item, name=str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        shown = repr(value)
        masked = self.text(shown)
        return value if masked == shown else masked

    def _key(self, key: Any) -> Any:
        return self.text(key) if isinstance(key, str) else key


def _forms(value: str) -> Iterator[str]:
    """Yield what a secret looks like in texts."""
    data = value.encode("utf-8", "surrogatepass")
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield from _percent_forms(quote(data, safe=""))
    yield from _percent_forms(quote_plus(data))
    yield from (line for line in value.split("\n") if len(line) >= _SHORTEST_LINE)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode().rstrip("=")
        for before in range(3):
            yield encode(b"\0" * before + data).decode()[_certain(before, len(data))]


def _percent_forms(text: str) -> tuple[str, str]:
    """Return `text` with its escapes in capitals, as they are, and in small letters."""
    return text, re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), text)


def _certain(before: int, size: int) -> slice:
    """Return which digits of base64 hang on `size` bytes alone, with `before` others in front."""
    return slice(-(-before * 8 // 6), (before + size) * 8 // 6)
