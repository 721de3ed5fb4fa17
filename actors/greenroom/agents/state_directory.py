"""Where a fleet keeps what survives its host: one directory for each file that declares one."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SOCKET_NAME", "fleet_directory", "socket_path", "state_root"]

SOCKET_NAME: Final = "control.sock"


def state_root(env: Mapping[str, str] | None = None) -> Path:
    """Return the directory that holds the directories of all fleets of this user.

    That is ``$GREENROOM_STATE_DIR``, else ``agents`` in the platform's place for state
    (``~/.local/state/greenroom`` on Linux). It may not exist yet.
    """
    given = (os.environ if env is None else env).get("GREENROOM_STATE_DIR")
    if given:
        return Path(given).expanduser().absolute()
    import platformdirs  # noqa: PLC0415 - 30 ms that a host with GREENROOM_STATE_DIR does not pay

    return platformdirs.user_state_path("greenroom") / "agents"


def fleet_directory(
    declared_in: str | os.PathLike[str], env: Mapping[str, str] | None = None
) -> Path:
    """Return the directory of the fleet that a file declares; it may not exist yet.

    It is the same for the same file, however its path is written. A file that is moved declares
    another fleet, whose agents begin anew.
    """
    file = Path(declared_in).expanduser().resolve()
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", file.stem)[:32] or "fleet"
    digest = hashlib.sha256(os.fsencode(file)).hexdigest()[:10]
    return state_root(env) / f"{stem}-{digest}"


def socket_path(directory: Path) -> Path:
    """Return where the host of the fleet with this directory listens."""
    return directory / SOCKET_NAME
