"""The switch that keeps tests from spending money.

With ``GREENROOM_ALLOW_SPAWN=0`` in the environment, starting a real CLI against anything but a
loopback endpoint is an error. Simulators, which talk to no endpoint, may start.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from greenroom.values.errors import RealAgentForbiddenError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIMULATOR_MARK", "SWITCH", "check_spawn_allowed"]

SWITCH: Final = "GREENROOM_ALLOW_SPAWN"
SIMULATOR_MARK: Final = b"greenroom.testing.simulator"
"""Stands in the first lines of every simulator's executable."""

_HEAD_BYTES: Final = 1024


def check_spawn_allowed(executable: str, endpoint: str | None) -> None:
    """Refuse to start a real CLI against a real `endpoint` while the switch is off.

    Args:
        executable: what is about to be started.
        endpoint: the API base URL it will use; None is the vendor's own.

    Raises:
        RealAgentForbiddenError: it is forbidden.
    """
    if allowed(os.environ) or _is_loopback(endpoint) or _is_simulator(executable):
        return
    raise RealAgentForbiddenError(
        f"{SWITCH}=0 forbids starting {executable!r} against {endpoint or 'its default endpoint'}: "
        "give it base_url of a FakeAnthropic, or use a Simulator"
    )


def allowed(env: Mapping[str, str]) -> bool:
    """Whether real agents may be started at all."""
    return env.get(SWITCH, "1") != "0"


def _is_loopback(endpoint: str | None) -> bool:
    host = urlsplit(endpoint or "").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_simulator(executable: str) -> bool:
    with Path(executable).open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head.startswith(b"#!") and SIMULATOR_MARK in head
