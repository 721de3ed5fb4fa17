"""The base of everything that is decoded from a wire."""

import msgspec

__all__ = ["UNKNOWN_TAG", "Wire"]

UNKNOWN_TAG = "greenroom.unknown"
"""Tag of the catch-all member of a union: no CLI sends it, so it never shadows a wire type."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A frozen, keyword-only, comparable value; its wire names are the CLI's own.

    Fields that the wire may leave out have a default and are left out again when the value is
    encoded. Members that no class knows are ignored: the raw line keeps them.

    `gc=False`: decoded JSON cannot hold reference cycles, and a stream of small frames then
    costs the garbage collector nothing. Do not build cycles through a field typed `Any`.
    """
