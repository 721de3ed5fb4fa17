"""Values and errors whose own code does harm to whoever looks at them."""

from __future__ import annotations

from collections.abc import Mapping


def _exits(*_anything):
    raise SystemExit("this must not be looked at")


class Unspeakable(Exception):
    """An error that cannot be put into words."""

    def __str__(self):
        raise ValueError("there are no words")

    __repr__ = __str__


class Exiting(Exception):
    """An error that ends the program of whoever prints it."""

    __str__ = __repr__ = _exits


class _Nameless(type):
    @property
    def __name__(cls):
        _exits()


class Nameless(Exception, metaclass=_Nameless):
    """An error whose class has no name."""

    __str__ = __repr__ = _exits


class Wordy(Exception):
    """An error that says megabytes."""

    def __str__(self):
        return "x" * 5_000_000


class Oddly(Exception):
    """An error whose text is none."""

    def __str__(self):
        return _Text("odd")


class _Text(str):
    """A text that bites when it is cut."""

    __slots__ = ()

    __getitem__ = __len__ = __format__ = __str__ = _exits


class Untouchable:
    """A value that ends the program of whoever looks at it."""

    __class__ = property(_exits)
    __repr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = _exits
    __hash__ = None


class Trap(Mapping):
    """A mapping that ends the program of whoever reads it."""

    __getitem__ = __iter__ = __len__ = items = keys = values = get = __contains__ = _exits


ERRORS = (Unspeakable, Exiting, Nameless, Wordy, Oddly)
VALUES = (Untouchable, Trap)
