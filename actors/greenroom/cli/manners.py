"""The options every command understands: how much to say, and in which colours."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Manners", "with_manners"]

T = TypeVar("T")


class Manners(NamedTuple):
    """How a command talks to people.

    Attributes:
        quiet: nothing but the answer and errors.
        verbosity: 0, 1 for the context of errors and a summary, 2 for everything.
        colour: False forbids colours; else terminal and environment decide.
    """

    quiet: bool = False
    verbosity: int = 0
    colour: bool = True


def with_manners(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command ``--quiet``, ``--verbose`` and ``--no-color``, as one argument `manners`."""

    @click.option("-q", "--quiet", is_flag=True, help="Say nothing but the answer and errors.")
    @click.option("-v", "--verbose", count=True, help="Say more: -v context, -vv everything.")
    @click.option("--no-color", is_flag=True, help="Use no colours; so does NO_COLOR=1.")
    @wraps(command)
    def polite(*, quiet: bool, verbose: int, no_color: bool, **rest: object) -> T:
        manners = Manners(quiet=quiet, verbosity=verbose, colour=not no_color)
        return command(manners=manners, **rest)

    return polite
