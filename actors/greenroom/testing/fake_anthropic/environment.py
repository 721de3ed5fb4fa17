"""The environment in which the real CLI talks to a fake API and to nobody else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FAKE_KEY", "hermetic_environment"]

FAKE_KEY = "fake-key-for-a-loopback-server"

# No side traffic: no telemetry, no error reports, no updates, no optional requests (CLI 2.1.329).
_QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
}


def hermetic_environment(url: str, home: Path, *, oauth: bool = False) -> dict[str, str]:
    """Return a whole environment for a CLI that asks `url` and keeps all its files below `home`.

    `home` and its `tmp` are created, for their owner only. Of the own environment nothing but
    `PATH` is taken over. Print mode, which stream-json implies, has no first-run dialogs to get
    past.
    """
    scratch = home / "tmp"
    for directory in (home, scratch):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "CLAUDE_CODE_OAUTH_TOKEN" if oauth else "ANTHROPIC_API_KEY": FAKE_KEY,
        "ANTHROPIC_BASE_URL": url,
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "NO_PROXY": "127.0.0.1",
        **_QUIET,
    }
