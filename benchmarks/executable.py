"""A CLI made of a module: the child that a benchmark's hosts run."""

from __future__ import annotations

import shutil
import sys
from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["VERSION", "install_cli"]

VERSION = "2.1.329 (Claude Code)"
"""What it says it is."""


def install_cli(directory: Path, child: ModuleType) -> str:
    """Copy `child`, which imports nothing of ours, into `directory` and return what runs it."""
    assert child.__file__ is not None
    script = directory / "child.py"
    shutil.copy(child.__file__, script)
    cli = directory / "claude"
    # -S -E: it needs nothing but the standard library, and starts in 15 ms
    cli.write_text(
        "#!/bin/sh\n"
        f"case $1 in -v | --version) echo {quote(VERSION)}; exit ;; esac\n"
        f'exec {quote(sys.executable)} -S -E {quote(str(script))} "$@"\n',
        encoding="utf-8",
    )
    cli.chmod(0o755)
    return str(cli)
