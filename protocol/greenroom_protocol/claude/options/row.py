"""One row of the option table."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom_protocol.claude.options.checks import Check

__all__ = ["NOT_SET", "Carrier", "Option", "Scope", "Takes"]


class Carrier(Enum):
    """How an option travels to the CLI."""

    FLAG = "flag"
    """A token of the command line: small values that are no secret."""
    FILE = "file"
    """A file of mode 0600 that a flag names; a path given in place of data is named directly."""
    INITIALIZE = "initialize"
    """A field of the first control request: values of any size."""
    ENVIRONMENT = "environment"
    """A variable of the child's environment."""
    PROCESS = "process"
    """How the child is started."""
    MESSAGE = "message"
    """A member of the prompt itself."""


class Scope(Enum):
    """Whom an option can be given to."""

    SESSION = "session"
    """Fixed when the process starts, hence for a session or a query with a process of its own."""
    PROCESS = "process"
    """Also for one query: another process runs it, and goes on with the conversation."""
    QUERY = "query"
    """Also for one query: it travels with the prompt or by a control request."""


class Takes(Enum):
    """What stands behind a flag, always in the same token: `--flag=value`."""

    NOTHING = "nothing"
    """The bare flag stands for True; False leaves it out."""
    VALUE = "value"
    OPTIONAL = "optional value"
    """The bare flag stands for True, a text is bound to it."""
    COMMAS = "list"
    """One token, its parts joined with commas."""
    EACH = "one each"
    """The flag again for every part."""


class _NotSet(Enum):
    NOT_SET = "not set"


NOT_SET: Final = _NotSet.NOT_SET
"""The default of an option about which nothing is sent."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about one option; its type stands in `OptionsDict`.

    Attributes:
        name: the Python name.
        carrier: how it travels.
        wire: the flag, the field of `initialize`, the variable or the member it travels as.
        doc: what it does and what to mind, for readers of the documentation.
        takes: what stands behind the flag, for flags and files.
        scope: whom it can be given to.
        default: what is sent when nobody says anything.
        tidy: gives a value its one form before it is checked; raises ValueError.
        check: says what is wrong with a value.
        encode: makes the text of a variable; None leaves the variable out.
        secret: its values are never shown.
        aliases: other spellings of the flag, for the parser.
        replaces: the flag that would do the same by way of the command line.
        hint: what to write in place of a value of a wrong type.
        keep_empty: an empty list is sent too, because it says something.
    """

    name: str
    carrier: Carrier
    wire: str
    doc: str
    takes: Takes = Takes.VALUE
    scope: Scope = Scope.SESSION
    default: Any = NOT_SET
    tidy: Callable[[Any], Any] | None = None
    check: Check | None = None
    encode: Callable[[Any], str | None] | None = None
    secret: bool = False
    aliases: tuple[str, ...] = ()
    replaces: str | None = None
    hint: str = ""
    keep_empty: bool = False
