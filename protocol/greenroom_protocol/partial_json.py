"""JSON that is still being written: the value of the part that is there, piece by piece.

What is shown of an incomplete document only ever grows into the whole one:

* strings are shown as far as their complete escapes go, half of a surrogate pair not yet;
* numbers and literals once they are whole: ``12`` may become ``123``, and ``tru`` is nothing yet;
* members once their value begins to be there; containers as soon as they are opened.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_DEPTH", "MAX_NUMBER", "PartialJson"]

MAX_DEPTH: Final = 200
"""Containers within containers."""

MAX_NUMBER: Final = 4300
"""Characters of a number: as many digits as Python makes an `int` of."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]+')
_SCALAR: Final = re.compile(r"[-+.\w]+", re.ASCII)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LITERALS: Final = {"true": True, "false": False, "null": None}
_ESCAPES: Final = dict(zip('"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True))
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_UNICODE: Final = len("\\uXXXX")


class _MalformedError(Exception):
    pass


class PartialJson:
    """Reads one JSON document (RFC 8259) in pieces, in time linear in their total length.

    Never raises on what it is fed. Not thread-safe.

    Attributes:
        complete: the document has ended. A number on its own only does so at `finish`.
        error: why the text is no JSON document, or None. The value stays what it was before.
    """

    def __init__(self) -> None:
        self.complete = False
        self.error: str | None = None
        self._state: Callable[[str, int], int] = self._value
        self._root: Any = UNSET
        self._open: list[Any] = []
        self._keys: list[str] = []  # of the open objects, the key that waits for its value
        self._is_key = False
        self._pieces: list[str] | None = None  # of the open string
        self._escape = ""
        self._high = ""  # the first half of a surrogate pair
        self._scalar = ""
        self._grew = False

    def feed(self, text: str) -> bool:
        """Read more of the document; return whether `value` grew."""
        self._grew = False
        position = 0
        try:
            while position < len(text) and self.error is None:
                position = self._state(text, position)
        except _MalformedError as error:
            self.error = str(error)
        return self._grew

    def finish(self) -> bool:
        """Say that nothing follows; return whether `value` grew. What is missing is an error."""
        self._grew = False
        try:
            if self.error is None and self._scalar and not self._open:
                self._end_scalar()
        except _MalformedError as error:
            self.error = str(error)
        if self.error is None and not self.complete:
            self.error = "the text ends before its value does"
        return self._grew

    @property
    def value(self) -> Any:
        """The value so far; `msgspec.UNSET` before it has begun.

        Each is a value of its own: earlier ones do not change when more is read. Members that are
        complete are shared among them and not to be changed. To ask takes time in proportion to
        the string and the containers that are open, as they are copied.
        """
        inner = UNSET if self._is_key else self._text_so_far()
        keys = len(self._keys)
        for container in reversed(self._open):
            copy = container.copy()
            if isinstance(copy, dict):
                keys -= 1
                if inner is not UNSET:
                    copy[self._keys[keys]] = inner
            elif inner is not UNSET:
                copy.append(inner)
            inner = copy
        return self._root if inner is UNSET else inner

    def _text_so_far(self) -> Any:
        if self._pieces is None:
            return UNSET
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    # --- where the reader is: each state reads on from a position and returns the next ----------

    def _value(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at == len(text):
            return at
        match text[at]:
            case "{":
                self._enter({}, self._first_key)
            case "[":
                self._enter([], self._first_item)
            case '"':
                self._begin_string(is_key=False)
            case _:
                self._state = self._in_scalar
                return at
        return at + 1

    def _first_item(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at < len(text) and text[at] == "]":
            return self._leave(at)
        self._state = self._first_item if at == len(text) else self._value
        return at

    def _first_key(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at < len(text) and text[at] == "}":
            self._keys.pop()
            return self._leave(at)
        return self._key(text, at)

    def _key(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at == len(text):
            return at
        _expect(text, at, '"')
        self._begin_string(is_key=True)
        return at + 1

    def _colon(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at == len(text):
            return at
        _expect(text, at, ":")
        self._state = self._value
        return at + 1

    def _after(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at == len(text):
            return at
        is_object = isinstance(self._open[-1], dict)
        if text[at] == ",":
            self._state = self._key if is_object else self._value
            return at + 1
        _expect(text, at, "}" if is_object else "]")
        if is_object:
            self._keys.pop()
        return self._leave(at)

    def _nothing(self, text: str, at: int) -> int:
        at = _skip(text, at)
        if at < len(text):
            raise _MalformedError("there is more text after the value")
        return at

    # --- containers ------------------------------------------------------------------------------

    def _enter(self, container: Any, state: Callable[[str, int], int]) -> None:
        if len(self._open) == MAX_DEPTH:
            raise _MalformedError(f"it is nested deeper than {MAX_DEPTH} containers")
        self._open.append(container)
        if isinstance(container, dict):
            self._keys.append("")
        self._state = state
        self._grew = True

    def _leave(self, at: int) -> int:
        self._put(self._open.pop(), grew=False)
        return at + 1

    def _put(self, value: Any, *, grew: bool) -> None:
        self._grew = self._grew or grew
        self._state = self._after
        if not self._open:
            self._root = value
            self.complete = True
            self._state = self._nothing
        elif isinstance(self._open[-1], dict):
            self._open[-1][self._keys[-1]] = value
        else:
            self._open[-1].append(value)

    # --- strings ---------------------------------------------------------------------------------

    def _begin_string(self, *, is_key: bool) -> None:
        self._is_key = is_key
        self._pieces = []
        self._state = self._in_string
        self._grew = self._grew or not is_key

    def _in_string(self, text: str, at: int) -> int:
        if plain := _PLAIN.match(text, at):
            self._say(plain[0])
            return plain.end()
        match text[at]:
            case '"':
                self._end_string()
            case "\\":
                self._escape = "\\"
                self._state = self._in_escape
            case other:
                raise _MalformedError(f"a string holds {other!r}, which has to be escaped")
        return at + 1

    def _in_escape(self, text: str, at: int) -> int:
        """Take one character more of an escape, of which a piece of text may hold a part."""
        self._escape += text[at]
        escape = self._escape
        if escape[1] != "u":
            if escape[1] not in _ESCAPES:
                raise _MalformedError(f"a string holds {escape!r}, which is no escape")
            self._say(_ESCAPES[escape[1]])
        elif len(escape) > len("\\u") and text[at] not in _HEX:
            raise _MalformedError(f"a string holds {escape!r}, which is no escape")
        elif len(escape) == _UNICODE:
            self._say_unit(chr(int(escape.removeprefix("\\u"), 16)))
        else:
            return at + 1
        self._state = self._in_string
        return at + 1

    def _say_unit(self, unit: str) -> None:
        if self._high and "\udc00" <= unit <= "\udfff":
            pair = (self._high + unit).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            self._high = ""
            self._say(pair)
        elif "\ud800" <= unit <= "\udbff":
            self._say("")
            self._high = unit
        else:
            self._say(unit)

    def _say(self, piece: str) -> None:
        assert self._pieces is not None  # we are in a string
        piece, self._high = self._high + piece, ""
        if piece:
            self._pieces.append(piece)
            self._grew = self._grew or not self._is_key

    def _end_string(self) -> None:
        self._say("")
        string, self._pieces = self._text_so_far(), None
        if self._is_key:
            self._keys[-1] = string
            self._is_key = False
            self._state = self._colon
        else:
            self._put(string, grew=False)

    # --- numbers and literals --------------------------------------------------------------------

    def _in_scalar(self, text: str, at: int) -> int:
        found = _SCALAR.match(text, at)
        if found is None:
            self._end_scalar(text[at])
            return at
        if len(self._scalar) + len(found[0]) > MAX_NUMBER:
            raise _MalformedError(f"a number is longer than {MAX_NUMBER} characters")
        self._scalar += found[0]
        return found.end()

    def _end_scalar(self, end: str = "") -> None:
        scalar, self._scalar = self._scalar, ""
        if scalar in _LITERALS:
            self._put(_LITERALS[scalar], grew=True)
        elif number := _NUMBER.fullmatch(scalar):
            self._put((int if number.lastindex is None else float)(scalar), grew=True)
        else:
            raise _MalformedError(f"{scalar or end:.20} is no value")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None  # no space is space enough
    return found.end()


def _expect(text: str, at: int, wanted: str) -> None:
    if text[at] != wanted:
        raise _MalformedError(f"{text[at]!r} stands where {wanted!r} belongs")
