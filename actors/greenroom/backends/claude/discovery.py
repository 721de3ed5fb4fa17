"""Where the `claude` binary may be, and which one is taken.

Order: the path that was asked for; the package that bundles it; ``PATH``; the places npm and the
native installer use. The first that can be run is taken, and everything that was looked at is named
in the error when there is none. Nothing relative is ever run: an agent's working directory must not
decide what `claude` is.

Nor must other users of the machine. What they could replace is passed over: see `check_executable`.
Who names the path vouches for its owner and for the groups that may write there, but nobody can
vouch for everybody: where all may write, nothing is run.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from greenroom.runtime.process import Planting, administrators, check_executable
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


_VOUCHED: Final = (Planting.FOREIGN_OWNER, Planting.GROUP_WRITABLE)
"""What is not doubted of a path that was named."""

_REMEDIES: Final = {
    Planting.FOREIGN_OWNER: "; if you trust its owner, name the path with executable=…",
    Planting.GROUP_WRITABLE: "; take that permission away (chmod g-w), or, if you trust the group, "
    "name the path with executable=…",
    Planting.WORLD_WRITABLE: "; take that permission away (chmod o-w)",
}


class Candidate(NamedTuple):
    """A place where the binary may be.

    Attributes:
        path: absolute path to look at.
        source: why it is looked at.
        named: whether somebody asked for this very path.
        link: the path that led to it, by links perhaps, once it was found.
    """

    path: Path
    source: str
    named: bool = False
    link: Path | None = None


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
        fault = _fault(candidate)
        if fault is None:
            return candidate._replace(path=candidate.path.resolve(), link=candidate.path)
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
        yield _named(os.fspath(asked), "asked for" if explicit else "GREENROOM_CLAUDE_PATH")
        return
    bundled = _bundled()
    if bundled is not None:
        yield Candidate(bundled, f"bundled with {BUNDLING_PACKAGE}")
    for entry in env.get("PATH", "").split(os.pathsep):
        if os.path.isabs(entry):  # noqa: PTH117 - a plain string of PATH
            yield Candidate(Path(entry, BINARY), "PATH")
    for place in _USUAL_PLACES:
        yield Candidate(Path(place).expanduser() / BINARY, "usual place")


def _named(asked: str, source: str) -> Candidate:
    """Return the path that was asked for; a mere name would be one of the working directory."""
    if os.sep not in asked:
        raise CliNotFoundError(
            f"{asked!r} ({source}) is a name and no path: write where it is, or leave it out to "
            f"have `{BINARY}` looked for"
        )
    return Candidate(Path(asked).expanduser().absolute(), source, named=True)


def _bundled() -> Path | None:
    spec = importlib.util.find_spec(BUNDLING_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "_bundled" / BINARY


def _fault(candidate: Candidate) -> str | None:
    """Return why a candidate cannot be run, or None."""
    path = candidate.path
    if not path.is_file():
        return "not there"
    if not os.access(path, os.X_OK):
        return "not executable"
    vouched = _VOUCHED if candidate.named else ()
    planted = check_executable(os.fspath(path), groups=administrators(), vouched=vouched)
    if planted is None:
        return None
    return f"{planted}{_REMEDIES.get(planted.planting, '')}"
