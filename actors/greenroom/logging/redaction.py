"""What must not be read by others, taken out of texts by name and by value."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import quote

from greenroom_protocol import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MASK", "Redactor", "is_sensitive"]

MASK: Final = "***"

_SHORTEST: Final = 6
"""Characters below which a secret is not looked for: it would be found in every other word."""

_SENSITIVE: Final = re.compile(
    r"""
      (?: api | access | private )[_-]?keys? $
    | (?: access | auth | bearer | id | oauth | refresh | session )[_-]?tokens? $
    | (?: ^ | [_-] )token $                                  # but not `output_tokens`
    | (?: authorization | cookie | credential | passphrase | passwd | password | secret )s? $
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_sensitive(name: str) -> bool:
    """Whether the value under this name (of a key, an option, a variable) is a secret."""
    return _SENSITIVE.search(name) is not None


@final
class Redactor:
    """Replaces secrets by `MASK`: known values wherever they stand, others by their key.

    A value is also found base64-encoded and URL-encoded. Values of fewer than six characters are
    not looked for. Immutable, hence safe from any thread; its repr shows nothing.

    Args:
        secrets: the values to look for.
    """

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str | Secret] = ()) -> None:
        values = (one.reveal() if isinstance(one, Secret) else one for one in secrets)
        forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """Return `text` without the secrets."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def value(self, value: Any, *, name: str = "") -> Any:
        """Return `value`, and whatever it holds, without secrets; `name` is what it is called."""
        if isinstance(value, Secret) or (is_sensitive(name) and value is not None):
            return MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(item, name=str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value


def _forms(value: str) -> Iterator[str]:
    data = value.encode("utf-8", "surrogatepass")
    yield value
    yield quote(data, safe="")
    yield base64.b64encode(data).decode().rstrip("=")
    yield base64.urlsafe_b64encode(data).decode().rstrip("=")
