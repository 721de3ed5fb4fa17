"""Running a command's work: whatever it raises becomes a complaint and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from greenroom.cli.account import redactor_for
from greenroom.cli.complaint import complain
from greenroom.cli.console import Console
from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.verdicts import exit_code_of
from greenroom.logging import configure
from greenroom.runtime.process import ProcessError
from greenroom.values.errors import GreenroomError
from greenroom_protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.cli.manners import Manners
    from greenroom.logging import Level

__all__ = ["conduct"]

_LOUD: Final = 2
_LEVELS: Final[tuple[Level, ...]] = ("error", "info", "debug")
"""Levels of the log by verbosity; what a user must know of, the commands say themselves."""


def conduct(manners: Manners, work: Callable[[Console], int]) -> int:
    """Do `work` and return its exit code, or that of the error it raised.

    A reader of stdout who went away ends it quietly.

    Raises:
        click.ClickException: the command line is wrong.
    """
    console = Console(manners, redactor_for())
    configure(
        level=_LEVELS[min(console.verbosity, _LOUD)],
        stream=console.log_stream,
        colors=console.style.colour,
    )
    try:
        return work(console)
    except click.ClickException:
        raise
    except BrokenPipeError:
        _drop_output()
        return ExitCode.BROKEN_PIPE
    except (GreenroomError, ProtocolError, ProcessError) as error:
        complain(console, error)
        return exit_code_of(error)
    except OSError as error:
        complain(console, error)
        _drop_what_cannot_be_written()
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the edge: what nobody foresaw is our bug
        complain(console, error, heading="internal error")
        if console.verbosity < _LOUD:
            console.tell("hint: please report it, with what `-vv` shows")
        else:
            console.tell("".join(traceback.format_exception(error)))
        return ExitCode.INTERNAL
    finally:
        console.clear_status()


def _drop_what_cannot_be_written() -> None:
    try:
        sys.stdout.flush()
    except OSError:  # a full disk, most likely the error that was told
        _drop_output()


def _drop_output() -> None:
    """Let what is still buffered go nowhere: the interpreter would complain about it at exit."""
    with Path(os.devnull).open("wb") as nowhere, suppress(OSError, ValueError):
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
