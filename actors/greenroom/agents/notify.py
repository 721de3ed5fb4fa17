"""Telling the service manager how the host is: systemd's notification socket."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Final, Self, final

from greenroom.runtime.log import report_warning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["Notifier"]

_ABSTRACT: Final = "@"
_MICROSECONDS: Final = 1_000_000
_LONGEST_STATUS: Final = 500


@final
class Notifier:
    """Sends states to whoever started the host, if they want to know; else does nothing.

    Never blocks and never raises: that a service manager does not listen is logged once.
    Thread-safe.

    Args:
        address: of the socket, an abstract one beginning with ``@``; None for nobody.
        watchdog_seconds: how often a sign of life is wanted at least; None for never.
    """

    def __init__(self, address: str | None, watchdog_seconds: float | None = None) -> None:
        self._socket: socket.socket | None = None
        self._address = address or ""
        self._complained = False
        self._status = ""
        self._watchdog_seconds = watchdog_seconds
        if address:
            kind = socket.SOCK_DGRAM | getattr(socket, "SOCK_CLOEXEC", 0)
            self._socket = socket.socket(socket.AF_UNIX, kind)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Self:
        """Return the notifier that the variables of the service manager ask for.

        They are ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID``. An address of a kind
        that is not known counts as none.
        """
        given = os.environ if env is None else env
        address = given.get("NOTIFY_SOCKET", "")
        known = address.startswith(("/", _ABSTRACT))
        return cls(address if known else None, _watchdog_seconds(given) if known else None)

    @property
    def listens(self) -> bool:
        """Whether there is anybody to be told."""
        return self._socket is not None

    @property
    def watchdog_interval(self) -> float | None:
        """Seconds between two calls of `alive`: half of what is allowed; None: none are wanted."""
        return None if self._watchdog_seconds is None else self._watchdog_seconds / 2

    def ready(self, status: str = "") -> None:
        """Say that the start is over, and what there is now."""
        self._send("READY=1", status)

    def status(self, text: str) -> None:
        """Say in a line how the host is; the same line is not sent twice in a row."""
        if text != self._status:
            self._send("", text)

    def alive(self) -> None:
        """Give a sign of life. Call it from where a hang would hang it."""
        self._send("WATCHDOG=1")

    def stopping(self, status: str = "") -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1", status)

    def close(self) -> None:
        """Tell nobody any more. Idempotent."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, state: str, status: str = "") -> None:
        wire = self._socket
        if wire is None:
            return
        if status:
            self._status = status
            # A line is a field: what follows a line break would be taken for another.
            shown = " ".join(status.split())[:_LONGEST_STATUS]
            state = f"{state}\nSTATUS={shown}" if state else f"STATUS={shown}"
        to = self._address
        if to.startswith(_ABSTRACT):
            to = "\0" + to[1:]
        try:
            wire.sendto(state.encode("utf-8", "replace"), to)
        except OSError as error:
            if not self._complained:
                self._complained = True
                report_warning(__name__, "service_manager_not_told", state=state, why=str(error))


def _watchdog_seconds(env: Mapping[str, str]) -> float | None:
    """Return what ``WATCHDOG_USEC`` says, unless it is meant for another process."""
    meant = env.get("WATCHDOG_PID", "")
    if meant and meant != str(os.getpid()):
        return None
    try:
        limit = int(env.get("WATCHDOG_USEC", ""))
    except ValueError:
        return None
    return limit / _MICROSECONDS if limit > 0 else None
