"""Which texts of a launch are secret, so that no report repeats them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from greenroom.values.redaction import is_sensitive
from greenroom_protocol import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom_protocol.claude.options import Options

__all__ = ["secrets_in", "secrets_of"]

_HOLDERS: Final = ("env", "mcp_servers", "settings")
"""Options with secrets inside: what is a `Secret` there, or stands under a name that says so."""

_SCHEMES: Final = ("basic ", "bearer ")
"""What may stand in front of a credential in a header."""


def secrets_of(options: Options) -> Iterator[str]:
    """Yield what `options` hold that must not be shown."""
    for name, value in options.items():
        if isinstance(value, Secret):
            yield value.reveal()
        elif name in _HOLDERS:
            yield from secrets_in(value)


def secrets_in(value: Any, *, name: str = "") -> Iterator[str]:
    """Yield the secrets in plain data: by type, by the name they stand under, in addresses."""
    if isinstance(value, str):
        if is_sensitive(name):
            yield from _credential(value)
        elif "://" in value and "@" in value:
            yield from _password(value)
    elif isinstance(value, Secret):
        yield from _credential(value.reveal())
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from secrets_in(item, name=str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from secrets_in(item, name=name)


def _credential(text: str) -> Iterator[str]:
    yield text
    if text.lower().startswith(_SCHEMES):
        yield text.partition(" ")[2].strip()


def _password(address: str) -> Iterator[str]:
    try:
        password = urlsplit(address).password
    except ValueError:  # no address after all
        return
    if password:
        yield from {password, unquote(password)}
