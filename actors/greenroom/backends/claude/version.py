"""The version of a binary, asked once, and the range that is supported."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime.log import report_warning
from greenroom.runtime.process import child_environment
from greenroom.values.errors import CliNotFoundError
from greenroom.values.outcomes import FailureContext, StartFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SUPPORTED", "TESTED", "check_version", "probe_version", "version_warning"]

SUPPORTED: Final = ((2, 1, 248), (3, 0, 0))
"""Lowest version that works (verbatim prompts came with it) and the first that is not promised.

Below the lowest nothing is started, see `check_version`; from the other on it is warned.
"""

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


_answers: dict[_Identity, Future[str]] = {}
_lock = threading.Lock()


def probe_version(path: Path, env: Mapping[str, str]) -> str:
    """Return what ``path -v`` reports; asked once per binary and host process. Blocking.

    Thread-safe: who asks while another thread does waits for that answer, and only for answers of
    the same binary. The binary sees of `env` what every child gets, so no credential.

    Raises:
        CliNotFoundError: it does not run, or reports no version: it is not the CLI.
    """
    status = path.stat()
    identity = _Identity(os.fspath(path), status.st_ino, status.st_mtime_ns, status.st_size)
    with _lock:
        known = _answers.get(identity)
        answer = _answers.setdefault(identity, Future()) if known is None else known
    if known is None:
        _settle(answer, identity, path, env)
    return answer.result()


def _settle(answer: Future[str], identity: _Identity, path: Path, env: Mapping[str, str]) -> None:
    """Ask for all who wait; a failure is theirs too, and the next one asks again."""
    try:
        version = _ask(path, env)
    except BaseException as error:  # noqa: BLE001 - it is raised in every waiting thread
        with _lock:
            del _answers[identity]
        answer.set_exception(error)
        return
    warning = version_warning(version)
    if warning is not None:
        report_warning(__name__, "cli_version_unsupported", path=str(path), why=warning)
    answer.set_result(version)


def _ask(path: Path, env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - an absolute path that discovery checked
            [os.fspath(path), "-v"],
            env=child_environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            start_new_session=True,
            umask=0o077,
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


def check_version(path: str, version: str) -> None:
    """Refuse a version that is known not to work; one that is merely newer may be tried.

    Raises:
        StartFailed: it is older than the lowest of `SUPPORTED`; its code is ``cli_too_old``.
    """
    number = _number(version)
    lowest = SUPPORTED[0]
    if number is not None and number < lowest:
        raise StartFailed(
            f"{path} has version {version}; the oldest that works is {_text(lowest)}",
            code="cli_too_old",
            context=FailureContext(hint="update it, or name another with executable=…"),
        )


def version_warning(version: str) -> str | None:
    """Return why `version` may not work, or None inside the supported range."""
    number = _number(version)
    if number is None:
        return f"version {version!r} cannot be compared with the supported range"
    lowest, ceiling = SUPPORTED
    if number < lowest:
        return f"version {version} is older than {_text(lowest)}, the oldest that works: update it"
    if number >= ceiling:
        return f"version {version} is newer than the tested range (below {_text(ceiling)})"
    return None


def _number(version: str) -> tuple[int, ...] | None:
    found = _FORM.match(version)
    return None if found is None else tuple(int(part) for part in found.groups())


def _text(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))
