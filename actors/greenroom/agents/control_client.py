"""Speaking to the host of a fleet over its control socket. Blocking."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final, Self, TypeVar, final

from greenroom.agents.control_socket import address_of
from greenroom.agents.control_wire import (
    Accepted,
    Denied,
    Done,
    Finished,
    Listing,
    Piece,
    RestartAgent,
    ShowStatus,
    StopAgents,
    TellAgent,
    decode_answer,
    encode,
)
from greenroom.agents.errors import AgentsNotRunningError, DoorAnswerError, DoorRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from greenroom.agents.control_wire import Answer, Request
    from greenroom.agents.status import AgentStatus
    from greenroom.agents.turn_report import TurnReport

__all__ = ["ControlClient"]

A = TypeVar("A")

_ANSWER_SECONDS: Final = 10.0
_CHUNK: Final = 64 * 1024


@final
class ControlClient:
    """One connection to a host; a context manager. Not thread-safe.

    Args:
        path: of the socket.
        answer_seconds: how long the host may take to connect, to list its agents, or to take a
            prompt. A turn, a restart and a stop take as long as they take.

    Raises:
        AgentsNotRunningError: nobody listens there, or this user may not connect.
    """

    def __init__(self, path: Path, *, answer_seconds: float = _ANSWER_SECONDS) -> None:
        self._path = path
        self._answer_seconds = answer_seconds
        self._unread = bytearray()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(answer_seconds)
        try:
            with address_of(path) as address:
                self._socket.connect(address)
        except OSError as error:
            self._socket.close()
            raise AgentsNotRunningError(
                f"no host of agents listens on {path} ({error.strerror or error}); start one with "
                "`greenroom up agents.toml`"
            ) from error
        except BaseException:
            self._socket.close()
            raise

    def status(self) -> tuple[AgentStatus, ...]:
        """Return what every agent is at.

        Raises:
            DoorRefusedError: the host refused; `code` says why. So do all methods.
            DoorAnswerError: it went away, or its answer was not understood or did not come. So do
                all methods.
        """
        self._send(ShowStatus())
        return self._expect(Listing).agents

    def tell(
        self, name: str, prompt: str, *, cancel_on_disconnect: bool = False
    ) -> Iterator[str | TurnReport]:
        """Have an agent run a turn; yield what it says as it comes, and at last the report.

        Args:
            name: of the agent.
            prompt: what to ask.
            cancel_on_disconnect: interrupt the turn when this client goes away; else it goes on.
        """
        self._send(TellAgent(name=name, prompt=prompt, cancel_on_disconnect=cancel_on_disconnect))
        self._expect(Accepted)
        self._socket.settimeout(None)
        while True:
            answer = self._receive()
            if isinstance(answer, Finished):
                yield answer.report
                return
            yield self._the(Piece, answer).text

    def restart(self, name: str) -> None:
        """Have an agent given another process; return when that is up."""
        self._send(RestartAgent(name=name))
        self._socket.settimeout(None)
        self._expect(Done)

    def stop(self, name: str | None = None) -> None:
        """Have an agent stopped, or all and with them the host; return when that is done.

        With the host it is done when another can be started in its place.
        """
        self._send(StopAgents(name=name))
        self._socket.settimeout(None)
        self._expect(Done)
        if name is None:
            self._await_the_end()

    def close(self) -> None:
        """Go away. Idempotent."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: Request) -> None:
        self._socket.settimeout(self._answer_seconds)
        try:
            self._socket.sendall(encode(request))
        except ConnectionError:
            pass  # it may have said why before it closed
        except OSError as error:
            raise DoorAnswerError(f"the host at {self._path} does not listen: {error}") from error

    def _expect(self, kind: type[A]) -> A:
        return self._the(kind, self._receive())

    def _the(self, kind: type[A], answer: Answer) -> A:
        if isinstance(answer, Denied):
            raise DoorRefusedError(answer.message, code=answer.code)
        if not isinstance(answer, kind):
            raise DoorAnswerError(
                f"the host at {self._path} answered {type(answer).__name__} where "
                f"{kind.__name__} was due; is it of another version of greenroom?"
            )
        return answer

    def _receive(self) -> Answer:
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            data = self._read()
            if not data:
                raise DoorAnswerError(
                    f"the host at {self._path} closed the connection before its last answer"
                )
            self._unread += data
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        try:
            return decode_answer(line)
        except ValueError as error:
            raise DoorAnswerError(
                f"the host at {self._path} gave an answer that is none: {error}"
            ) from error

    def _read(self) -> bytes:
        try:
            return self._socket.recv(_CHUNK)
        except TimeoutError:
            raise DoorAnswerError(
                f"the host at {self._path} did not answer in {self._answer_seconds} s"
            ) from None
        except ConnectionError:
            return b""

    def _await_the_end(self) -> None:
        while self._read():
            pass
