"""Where the `claude` binary may be, and which one is taken.

Order: the path that was asked for; the package that bundles it; ``PATH``; the places npm and the
native installer use. The first that can be run is taken, and everything that was looked at is named
in the error when there is none. Nothing relative is ever run: an agent's working directory must not
decide what `claude` is.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime.process import Planting, check_executable
from greenroom.values.errors import CliNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["INSTALL_HINT", "Candidate", "candidates", "find_claude"]

BINARY: Final = "claude"
BUNDLING_PACKAGE: Final = "claude_agent_sdk"

INSTALL_HINT: Final = (
    "install it with `npm install -g @anthropic-ai/claude-code` or `pip install claude-agent-sdk`, "
    "or say where it is with executable=… or GREENROOM_CLAUDE_PATH"
)

_USUAL_PLACES: Final = (
    "~/.npm-global/bin",
    "/usr/local/bin",
    "~/.local/bin",
    "~/node_modules/.bin",
    "~/.yarn/bin",
    "~/.claude/local",
    "/opt/homebrew/bin",
)


class Candidate(NamedTuple):
    """A place where the binary may be.

    Attributes:
        path: absolute path to look at.
        source: why it is looked at.
    """

    path: Path
    source: str


def find_claude(explicit: str | os.PathLike[str] | None, env: Mapping[str, str]) -> Candidate:
    """Return the binary to run.

    Args:
        explicit: the path that was asked for; nothing else is tried then.
        env: the host's environment.

    Raises:
        CliNotFoundError: there is none that can be run; it lists what was searched.
    """
    searched: list[str] = []
    for candidate in candidates(explicit, env):
        fault = _fault(candidate.path)
        if fault is None:
            return Candidate(candidate.path.resolve(), candidate.source)
        searched.append(f"{candidate.path} ({candidate.source}): {fault}")
    listing = "".join(f"\n  {place}" for place in searched)
    raise CliNotFoundError(
        f"no usable `{BINARY}` binary was found; {INSTALL_HINT}. Searched:{listing}",
        searched=tuple(searched),
    )


def candidates(
    explicit: str | os.PathLike[str] | None, env: Mapping[str, str]
) -> Iterator[Candidate]:
    """Yield the places to look at, in order, each one once."""
    seen: set[Path] = set()
    for candidate in _places(explicit, env):
        if candidate.path not in seen:
            seen.add(candidate.path)
            yield candidate


def _places(explicit: str | os.PathLike[str] | None, env: Mapping[str, str]) -> Iterator[Candidate]:
    asked = explicit or env.get("GREENROOM_CLAUDE_PATH")
    if asked:
        path = Path(asked).expanduser().absolute()
        yield Candidate(path, "asked for" if explicit else "GREENROOM_CLAUDE_PATH")
        return
    bundled = _bundled()
    if bundled is not None:
        yield Candidate(bundled, f"bundled with {BUNDLING_PACKAGE}")
    for entry in env.get("PATH", "").split(os.pathsep):
        if os.path.isabs(entry):  # noqa: PTH117 - a plain string of PATH
            yield Candidate(Path(entry, BINARY), "PATH")
    for place in _USUAL_PLACES:
        yield Candidate(Path(place).expanduser() / BINARY, "usual place")


def _bundled() -> Path | None:
    spec = importlib.util.find_spec(BUNDLING_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "_bundled" / BINARY


def _fault(path: Path) -> str | None:
    """Return why `path` cannot be run, or None."""
    if not path.is_file():
        return "not there"
    if not os.access(path, os.X_OK):
        return "not executable"
    planted = check_executable(os.fspath(path))
    if planted is None or planted.planting is Planting.GROUP_WRITABLE:
        return None  # /usr/local and Homebrew belong to a group of administrators
    return str(planted)
