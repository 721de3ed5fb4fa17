"""The official TypeScript SDK, run by Node where there is one; `make bench` installs it.

Each benchmark that it takes part in has a `typescript.mjs`, run with the job as JSON in its one
argument; it prints what the others' `measure` return.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import cache
from pathlib import Path

__all__ = ["SIDE", "command", "has_our_clock", "is_there", "versions"]

SIDE = "typescript"

_HERE = Path(__file__).parent
_PACKAGE = _HERE / "node_modules" / "@anthropic-ai" / "claude-agent-sdk" / "package.json"


@cache
def is_there() -> bool:
    """Whether Node and the SDK are installed."""
    return shutil.which("node") is not None and _PACKAGE.is_file()


def has_our_clock() -> bool:
    """Whether `process.hrtime` is `time.monotonic_ns`; on macOS it counts the machine's sleep."""
    return sys.platform == "linux"


def command(benchmark: str, job: str) -> tuple[str, ...]:
    """Return what runs this side of `benchmark`."""
    return ("node", str(_HERE.parent / benchmark / "typescript.mjs"), job)


def versions() -> dict[str, str]:
    """Return the SDK's version, if it is there."""
    if not is_there():
        return {}
    package = json.loads(_PACKAGE.read_text(encoding="utf-8"))
    return {package["name"]: package["version"]}
