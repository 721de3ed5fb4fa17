"""Where the demonstration plays: the real CLI before a fake API, or the simulator alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greenroom.backends.claude.discovery import find_claude
from greenroom.cli.demo.script import TOOL, for_the_real_cli, for_the_simulator
from greenroom.testing.fake_anthropic import FakeAnthropic
from greenroom.testing.simulator import Simulator
from greenroom.values.errors import CliNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["Stage", "find_cli", "stage_with"]


class Stage(NamedTuple):
    """A place to play.

    Attributes:
        what: which CLI plays, in words.
        where: its binary, and whom it speaks to.
        options: of the session.
        home: its home directory; every process that plays has it in its environment.
    """

    what: str
    where: str
    options: OptionsDict
    home: Path


def find_cli(executable: str | None) -> Path | None:
    """Return the real CLI, or None where there is none.

    Raises:
        CliNotFoundError: a certain one was asked for, and it cannot be run.
    """
    try:
        return find_claude(executable, os.environ).path
    except CliNotFoundError:
        if executable is not None:
            raise
        return None


@contextmanager
def stage_with(cli: Path | None) -> Iterator[Stage]:
    """Set the stage for a real CLI, or for the simulator; nothing of it remains afterwards."""
    with tempfile.TemporaryDirectory(prefix="greenroom-demo-") as name:
        home = Path(name).resolve()
        work = home / "work"
        work.mkdir(mode=0o700)
        if cli is None:
            simulator = Simulator.install(home / "bin", for_the_simulator())
            env = {"HOME": str(home), "ANTHROPIC_API_KEY": "a-key-nobody-asks-for"}
            yield Stage(
                "a simulated CLI",
                f"{simulator.path}; it answers from a script",
                _options(simulator.path, work, env),
                home,
            )
            return
        with FakeAnthropic().play(for_the_real_cli()) as api:
            yield Stage(
                "the real CLI against a fake API on this machine",
                f"{cli}; the API is {api.url}",
                _options(cli, work, api.environment(home)),
                home,
            )


def _options(executable: Path, work: Path, env: dict[str, str]) -> OptionsDict:
    return {
        "executable": executable,
        "cwd": work,
        "env": env,
        "tools": [TOOL],
        "allowed_tools": [TOOL],
        "include_partial_messages": True,
    }
