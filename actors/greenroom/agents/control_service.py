"""Carrying out what a client asks for. Blocking: each request has a thread of its own."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol, final

import pykka

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
)
from greenroom.agents.speech import Speech
from greenroom.agents.turn_report import TurnReport
from greenroom.runtime.errors import ActorError
from greenroom.runtime.log import report_error
from greenroom.values.errors import GreenroomError
from greenroom_protocol import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom.agents.control_wire import Answer, Request
    from greenroom.agents.status import AgentStatus
    from greenroom.turn import Turn

__all__ = ["Audience", "ControlService", "ServedFleet"]


class ServedFleet(Protocol):
    """What the operator's commands need of a fleet. Methods are called from any thread.

    Names it does not know raise `AgentNotFoundError`.
    """

    def status(self) -> Iterable[AgentStatus]:
        """Return what every agent is at; called on the dispatcher, too, so it must not block."""

    def tell(self, name: str, prompt: str) -> Turn[Any]:
        """Have an agent run a turn."""

    def restart(self, name: str) -> pykka.Future[Any]:
        """Give an agent another process, whatever it is at; done when that is up."""

    def stop(self, name: str | None) -> pykka.Future[Any]:
        """Stop an agent, or all of them; done when their processes are gone."""


class Audience(Protocol):
    """A client, as far as it can be spoken to."""

    def say(self, answer: Answer) -> bool:
        """Send an answer; return whether the client still listens."""

    def when_gone(self, call: Callable[[], object]) -> None:
        """Call `call` when the client goes away, or now if it has."""


@final
class ControlService:
    """Carries out requests. Thread-safe.

    Args:
        fleet: whose agents they are about.
        on_stopped: called when a client had all agents stopped, after it was told.
    """

    def __init__(self, fleet: ServedFleet, on_stopped: Callable[[], object] | None = None) -> None:
        self._fleet = fleet
        self._on_stopped = on_stopped

    def serve(self, request: Request, audience: Audience) -> None:
        """Carry out a request and send every answer to it; never raises."""
        try:
            _SERVING[type(request)](self, request, audience)
        except Exception as error:  # noqa: BLE001 - the edge: every request gets a last answer
            audience.say(_denied(error))

    def _show(self, _request: ShowStatus, audience: Audience) -> None:
        audience.say(Listing(agents=tuple(self._fleet.status())))

    def _tell(self, request: TellAgent, audience: Audience) -> None:
        turn = self._fleet.tell(request.name, request.prompt)
        if request.cancel_on_disconnect:
            audience.when_gone(turn.interrupt)
        listens = audience.say(Accepted(turn_id=turn.id))
        speech = Speech(turn.vocabulary)
        # Read to the end, whoever listens: to leave early would interrupt the turn.
        with closing(turn.read()) as batches:
            for batch in batches:
                text = "".join(speech.pieces(batch.frames)) if listens else ""
                listens = listens and (not text or audience.say(Piece(text=text)))
        audience.say(Finished(report=TurnReport.of(request.name, turn.outcome())))

    def _restart(self, request: RestartAgent, audience: Audience) -> None:
        self._fleet.restart(request.name).get()
        audience.say(Done())

    def _stop(self, request: StopAgents, audience: Audience) -> None:
        self._fleet.stop(request.name).get()
        audience.say(Done())
        if request.name is None and self._on_stopped is not None:
            self._on_stopped()


_SERVING: Final[Mapping[type, Callable[[ControlService, Any, Audience], None]]] = {
    ShowStatus: ControlService._show,  # noqa: SLF001 - of this very class
    TellAgent: ControlService._tell,  # noqa: SLF001 - see above
    RestartAgent: ControlService._restart,  # noqa: SLF001 - see above
    StopAgents: ControlService._stop,  # noqa: SLF001 - see above
}


def _denied(error: Exception) -> Denied:
    if isinstance(error, GreenroomError):
        return Denied(code=error.code, message=str(error))
    if isinstance(error, ProtocolError):
        return Denied(code="rejected", message=str(error))
    if isinstance(error, (pykka.ActorDeadError, ActorError)):
        return Denied(code="agents_not_running", message=f"the host is ending: {error}")
    report_error(__name__, "control_request_failed", error)
    return Denied(code="internal_error", message=f"greenroom failed: {type(error).__name__}")
