"""A bound on how much memory a decoded line may take, checked before it is decoded.

Decoded JSON takes up to 24 times the space of its text, when it is made of tiny containers. Text is
harmless: one long string takes its own length.
"""

import re

__all__ = ["SIMPLE_BYTES", "too_complex"]

SIMPLE_BYTES = 1024 * 1024
"""Lines up to this size are not checked: their worst case is bearable."""

_MAX_CONTAINERS = 200_000
_MAX_COMMAS = 500_000
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def too_complex(line: bytes) -> str | None:
    """Return why `line` is too complex to be decoded, or None."""
    if len(line) <= SIMPLE_BYTES or not _excess(line):
        return None
    return _excess(_STRING.sub(b"", line))  # what stands inside of strings costs nothing


def _excess(line: bytes) -> str | None:
    containers = line.count(b"{") + line.count(b"[")
    if containers > _MAX_CONTAINERS:
        return f"too complex: {containers} containers, the limit is {_MAX_CONTAINERS}"
    commas = line.count(b",")
    if commas > _MAX_COMMAS:
        return f"too complex: {commas} members, the limit is {_MAX_COMMAS}"
    return None
