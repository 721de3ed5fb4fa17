"""The real CLI, where the wheel of the official SDK brings it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

__all__ = ["bundled_claude"]


def bundled_claude() -> Path | None:
    """Return the executable; None when the wheel brings none for this machine."""
    spec = importlib.util.find_spec("claude_agent_sdk")
    for directory in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(directory) / "_bundled" / "claude"
        if binary.is_file():
            return binary
    return None
