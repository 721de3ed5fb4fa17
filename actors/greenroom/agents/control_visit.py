"""One client of the control socket, from its first byte to its last answer."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, final

from greenroom.agents.control_wire import (
    LARGEST_REQUEST,
    Denied,
    TellAgent,
    decode_request,
    encode,
)
from greenroom.runtime.errors import ActorError
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.agents.control_service import ControlService
    from greenroom.agents.control_wire import Answer, Request
    from greenroom.runtime import Dispatcher, Timer

__all__ = ["Patience", "Visit"]

_CHUNK: Final = 64 * 1024


class Patience:
    """How long a client may take, in seconds.

    Args:
        request: to send a whole request, counted from its coming and from each last answer.
        answer: to take in anything while what it may have waiting is full.
    """

    __slots__ = ("answer", "request")

    def __init__(self, *, request: float = 30.0, answer: float = 300.0) -> None:
        self.request = request
        self.answer = answer


@final
class Visit:
    """Reads requests on the dispatcher, and has each carried out on a thread of its own.

    Not thread-safe but for `say` and `when_gone`, which that thread calls.

    Args:
        connection: the client; closed at the end.
        service: carries out what it asks for.
        dispatcher: where everything else here is called.
        patience: with it.
        may_tell: returns whether one more turn may be followed.
        over: called, once, when it is gone and nothing is done for it any more.

    Attributes:
        telling: whether a turn is followed for it.
    """

    def __init__(
        self,
        connection: socket.socket,
        service: ControlService,
        dispatcher: Dispatcher,
        patience: Patience,
        *,
        may_tell: Callable[[], bool],
        over: Callable[[Visit], object],
    ) -> None:
        self.telling = False
        self._connection = connection
        self._service = service
        self._dispatcher = dispatcher
        self._patience = patience
        self._may_tell = may_tell
        self._over = over
        self._fd = connection.fileno()
        self._unread = bytearray()
        self._searched = 0
        self._serving = False
        self._silent = False  # it will ask for nothing more
        self._deaf = False  # nothing can be sent to it any more
        self._closed = False
        self._waiting: Timer | None = None
        self._lock = threading.Lock()
        self._when_gone: Callable[[], object] | None = None

    def begin(self) -> None:
        """Start to listen."""
        # Waits in `say` alone: the descriptor itself never blocks, and is read as such.
        self._connection.settimeout(self._patience.answer)
        self._dispatcher.add_reader(self._fd, self._readable)
        self._wait()

    def dismiss(self) -> None:
        """End it now; what is being done for it goes on unheard."""
        self._hear_no_more()
        self._deaf = True
        if self._serving:
            with suppress(OSError):  # wakes a thread that is sending
                self._connection.shutdown(socket.SHUT_RDWR)
        else:
            self._close()

    # --- what it asks for -----------------------------------------------------------------------

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hear_no_more()
        self._unread += data
        self._next()

    def _next(self) -> None:
        """Have the next request carried out, if it is there and its turn."""
        if self._serving or self._closed:
            too_much = len(self._unread) > LARGEST_REQUEST
        else:
            end = self._unread.find(b"\n", self._searched)
            self._searched = len(self._unread)
            if end >= 0:
                line = bytes(self._unread[:end])
                del self._unread[: end + 1]
                self._searched = 0
                self._begin(line)
                return
            too_much = len(self._unread) > LARGEST_REQUEST
            if self._silent:
                self._close()
                return
        if too_much:
            self._refuse("request_too_large", f"a request may have {LARGEST_REQUEST} bytes")

    def _begin(self, line: bytes) -> None:
        self._rest()
        try:
            request = decode_request(line)
        except ValueError as error:
            self._refuse("bad_request", f"that is no request: {error}")
            return
        telling = isinstance(request, TellAgent)
        if telling and not self._may_tell():
            self._refuse("busy", "as many turns as possible are followed already; try again later")
            return
        self._serving, self.telling = True, telling
        thread = threading.Thread(
            target=self._serve, args=(request,), name="greenroom-control", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:  # the machine has no more threads
            self._serving = self.telling = False
            self._refuse("busy", f"nobody is free to do it: {error}")

    def _serve(self, request: Request) -> None:
        # On a thread of its own.
        try:
            self._service.serve(request, self)
        except BaseException as error:  # noqa: BLE001 - nobody waits for this thread
            self._deaf = True
            report_error(__name__, "control_request_failed", error)
        finally:
            try:
                self._dispatcher.call_soon(self._served)
            except ActorError:  # it is closed, and the door with it
                self._connection.close()

    def _served(self) -> None:
        self._serving = self.telling = False
        with self._lock:
            self._when_gone = None
        if self._deaf:
            self._hear_no_more()
            self._close()
        elif not self._closed:
            self._wait()
            self._next()

    # --- what it is told ------------------------------------------------------------------------

    def say(self, answer: Answer) -> bool:
        """Send an answer, waiting for a client that is slow; return whether it still listens."""
        if self._deaf:
            return False
        try:
            self._connection.sendall(encode(answer))
        except (OSError, ValueError):  # gone, or too slow; or its text has no form in UTF-8
            self._deaf = True
            with suppress(ActorError):
                self._dispatcher.call_soon(self._hear_no_more)
        return not self._deaf

    def when_gone(self, call: Callable[[], object]) -> None:
        """Call `call` when the client goes away while it is served, or now if it has."""
        with self._lock:
            gone = self._silent
            self._when_gone = None if gone else call
        if gone:
            call()

    def _refuse(self, code: str, message: str) -> None:
        """Say so if that can be done at once, and end it."""
        if not self._serving:
            with suppress(OSError):
                os.write(self._fd, encode(Denied(code=code, message=message)))
        self.dismiss()

    # --- the end --------------------------------------------------------------------------------

    def _wait(self) -> None:
        self._waiting = self._dispatcher.call_later(
            self._patience.request,
            partial(self._refuse, "too_slow", "no request came; come again when there is one"),
        )

    def _rest(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hear_no_more(self) -> None:
        if self._silent:
            return
        self._dispatcher.remove_reader(self._fd)
        with self._lock:
            self._silent = True
            call, self._when_gone = self._when_gone, None
        if call is not None:
            call()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._rest()
        self._hear_no_more()
        self._connection.close()
        self._over(self)
