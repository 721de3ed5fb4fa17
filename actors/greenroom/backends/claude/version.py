"""The version of a binary, asked once, and the range that is supported."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime.log import report_warning
from greenroom.values.errors import CliNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SUPPORTED", "TESTED", "probe_version", "version_warning"]

SUPPORTED: Final = ((2, 1, 248), (3, 0, 0))
"""Lowest version that works (verbatim prompts came with it) and the first that is not promised."""

TESTED: Final = "2.1.329"
"""The version the wire was probed from and the tests run against."""

_PROBE_SECONDS: Final = 10.0
_FORM: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class _Identity(NamedTuple):
    """What makes a binary the same binary: a replaced file is asked again."""

    path: str
    inode: int
    mtime_ns: int
    size: int


_known: dict[_Identity, str] = {}
_lock = threading.Lock()


def probe_version(path: Path, env: Mapping[str, str]) -> str:
    """Return what ``path -v`` reports; asked once per binary and host process. Blocking.

    Raises:
        CliNotFoundError: it does not run, or reports no version: it is not the CLI.
    """
    status = path.stat()
    identity = _Identity(os.fspath(path), status.st_ino, status.st_mtime_ns, status.st_size)
    with _lock:
        version = _known.get(identity)
        if version is None:
            version = _known[identity] = _ask(path, env)
            warning = version_warning(version)
            if warning is not None:
                report_warning(__name__, "cli_version_unsupported", path=str(path), why=warning)
    return version


def _ask(path: Path, env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - an absolute path that discovery checked
            [os.fspath(path), "-v"],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CliNotFoundError(f"`{path} -v` does not run: {error}") from error
    found = _FORM.search(done.stdout.decode("utf-8", "replace"))
    if found is None:
        raise CliNotFoundError(
            f"`{path} -v` reports no version (exit code {done.returncode}, "
            f"{done.stdout[:80]!r}): is it the Claude Code CLI?"
        )
    return found.group()


def version_warning(version: str) -> str | None:
    """Return why `version` may not work, or None inside the supported range."""
    found = _FORM.match(version)
    if found is None:
        return f"version {version!r} cannot be compared with the supported range"
    number = tuple(int(part) for part in found.groups())
    lowest, ceiling = SUPPORTED
    if number < lowest:
        return f"version {version} is older than {_text(lowest)}, the oldest that works: update it"
    if number >= ceiling:
        return f"version {version} is newer than the tested range (below {_text(ceiling)})"
    return None


def _text(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))
