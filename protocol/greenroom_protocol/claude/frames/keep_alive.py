"""`keep_alive`: nothing happens."""

from typing import Any

from greenroom_protocol.wire import Wire

__all__ = ["KeepAlive"]


class KeepAlive(Wire, frozen=True, kw_only=True, tag="keep_alive"):
    """Ignore it. Source: type files of CLI 2.1.329; never seen on the wire."""

    startup_mark: Any = None
