"""Which host a command speaks to that names none."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final

from greenroom.agents.control_socket import address_of
from greenroom.agents.errors import AgentError, AgentsNotRunningError
from greenroom.agents.state_directory import SOCKET_NAME, fleet_directory, socket_path, state_root

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["USUAL_FILE", "find_socket"]

USUAL_FILE: Final = "agents.toml"


def find_socket(
    declared_in: Path | None = None,
    *,
    here: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Path:
    """Return the socket of a host: of the fleet in that file, of the one here, or of the only one.

    Args:
        declared_in: the file that declares the agents. Without it the fleet of `agents.toml` in
            `here` is meant, if that exists, else the only one that is up.
        here: the working directory by default.
        env: the host's environment by default.

    Raises:
        AgentsNotRunningError: no fleet was named, and none is up.
        AgentError: none was named, and several are up.
    """
    if declared_in is None:
        usual = (Path.cwd() if here is None else here) / USUAL_FILE
        declared_in = usual if usual.is_file() else None
    if declared_in is not None:
        return socket_path(fleet_directory(declared_in, env))
    root = state_root(env)
    found = tuple(path for path in sorted(root.glob(f"*/{SOCKET_NAME}")) if _is_live(path))
    if not found:
        raise AgentsNotRunningError(
            "no agents are up; start some with `greenroom up agents.toml`, or say with --file "
            "which ones are meant"
        )
    if len(found) > 1:
        listing = ", ".join(path.parent.name for path in found)
        raise AgentError(f"several fleets are up ({listing}): say with --file which one is meant")
    return found[0]


def _is_live(path: Path) -> bool:
    try:
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe,
            address_of(path) as address,
        ):
            probe.setblocking(False)
            probe.connect(address)
    except BlockingIOError:  # it is too busy to answer, so it lives
        return True
    except OSError:
        return False
    return True
