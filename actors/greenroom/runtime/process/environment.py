"""The environment a child gets: an allow-list, never the host's own environment."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from greenroom_protocol.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ALWAYS_PASSED", "child_environment"]

ALWAYS_PASSED: Final = (
    "HOME",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TERM",
    "USER",
    "LANG",
    "LC_*",
    "TZ",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
"""Names every child gets from the host when they are set: who and where it is, how to speak, and
the way to the network. A trailing ``*`` stands for any ending."""

_NEVER: Final = frozenset({"CLAUDECODE"})
# CLAUDECODE marks "inside an agent": a CLI that inherits it refuses to start or runs as nested.

_EXPORTED_FUNCTION: Final = "()"


def child_environment(
    host: Mapping[str, str],
    *,
    passing: Iterable[str] = (),
    extra: Mapping[str, str | Secret] | None = None,
) -> dict[str, str]:
    """Return the environment of a child.

    From `host` come the variables of `ALWAYS_PASSED` and those named in `passing`, except shell
    functions (a value that starts with ``()`` is code to a shell) and relative entries of ``PATH``
    (a child works in a directory whose files others wrote). `extra` is set on top and wins.
    ``CLAUDECODE`` is in no child's environment, whoever asks for it.

    The result holds secrets in clear text: hand it to a `SpawnSpec`, which does not show them.

    Args:
        host: usually `os.environ`.
        passing: further names to take from `host`; ``"PREFIX_*"`` takes all that begin so.
        extra: what to set for this child.
    """
    names, prefixes = _split((*ALWAYS_PASSED, *passing))
    environment = {
        name: value
        for name in host
        if (name in names or name.startswith(prefixes))
        and not (value := host[name]).startswith(_EXPORTED_FUNCTION)
    }
    if "PATH" in environment:
        environment["PATH"] = _absolute_entries(environment["PATH"])
    for name, given in (extra or {}).items():
        environment[name] = given.reveal() if isinstance(given, Secret) else given
    for name in _NEVER:
        environment.pop(name, None)
    return environment


@lru_cache(maxsize=16)
def _split(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the exact names and the prefixes among `patterns`."""
    names = frozenset(pattern for pattern in patterns if not pattern.endswith("*"))
    prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
    return names, prefixes


def _absolute_entries(path: str) -> str:
    """Return a ``PATH`` that leads to the same place from every directory."""
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if os.path.isabs(entry))  # noqa: PTH117 - a plain string
