"""The opening part of a session: which process comes next, and its handshake.

A process that is gone is replaced by one that goes on with the conversation as it was last
observed, with the options as they stand and the hooks and tools of the session. When that cannot be
gone on with, the next one does it in another way.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.port import CloseReason, Port, PortUp
from greenroom.runtime import Actor, ActorRef, handles
from greenroom.session.books import Books
from greenroom.session.lane import Lane
from greenroom.session.recoverer import Recoverer
from greenroom.session.resumption import Resumption, Way
from greenroom.values.deadlines import Phase
from greenroom.values.ladder import Impasse
from greenroom.values.outcomes import TimedOut

if TYPE_CHECKING:
    from greenroom.backends.base import Conversation
    from greenroom.session.board import Board
    from greenroom.session.flight import Flight
    from greenroom.session.setup import Setup
    from greenroom.turn import Stream, Ticket
    from greenroom.values.outcomes import TurnError

__all__ = ["Beginning", "OpeningActor"]


class Beginning(NamedTuple):
    """What a process begins with.

    Attributes:
        way: its options, and how it goes on with the conversation.
        conversation: its wire.
    """

    way: Way
    conversation: Conversation


class _HandshakeOverdue(NamedTuple):
    """The CLI may not have answered the handshake."""

    lane: Lane


class OpeningActor(Actor):
    """Opens the processes of a conversation; see the module.

    Args:
        setup: what to run and how.
        board: where snapshots are published.
        background: where frames go that belong to no turn of ours.
        parent: who is told what turns cost.
    """

    def __init__(
        self,
        setup: Setup,
        *,
        board: Board,
        background: Stream,
        parent: ActorRef[Any] | None = None,
    ) -> None:
        super().__init__()
        self._setup = setup
        self._board = board
        self._background = background
        self._books = Books(board, None if parent is None else partial(self.send, parent))
        self._lane: Lane | None = None
        self._resumption = Resumption(setup.backend, setup.past, fresh=setup.recovery.fresh)
        self._recovery = Recoverer(
            self.actor_ref,
            after=self._cell.after,
            clock=self.clock,
            setup=setup,
            board=board,
            resumption=self._resumption,
        )
        if self._resumption.observed is not None:
            board.update(session_id=self._resumption.observed)

    # --- what builds on it -------------------------------------------------------------------

    def _fail_flight(self, lane: Lane, error: TurnError) -> None:
        """End the turn in flight, if there is one, with a failure."""
        raise NotImplementedError

    def _publish(self) -> None:
        """Show the state on the board."""
        raise NotImplementedError

    def _put_back(self, flight: Flight) -> None:
        """Have a turn that was sent wait once more, before all others."""
        raise NotImplementedError

    # --- opening -----------------------------------------------------------------------------

    def _beginning(self, options: Any = None) -> Beginning:
        """Return what the next process begins with, by default with the options of the session.

        Nothing is started.
        """
        way = self._resumption.way(options or self._setup.options)
        callbacks = self._setup.callbacks
        hooks = None if callbacks is None else callbacks.hooks
        conversation = self._setup.backend.conversation(way.options, hooks)
        conversation.suspect = self._resumption.suspects
        return Beginning(way, conversation)

    def _open_lane(self, beginning: Beginning) -> Lane:
        setup, way, conversation = self._setup, beginning.way, beginning.conversation
        opening = conversation.opening()
        port = Port.start(
            owner=self.actor_ref,
            backend=setup.backend,
            options=way.options,
            fallback=way.fallback,
            spawner=setup.spawner,
            ladder=setup.ladder,
            dispatcher=self.dispatcher,
        )
        self.watch(port)
        self._lane = lane = Lane(port, conversation, self.send, way)
        lane.write(opening)
        lane.greeting = self.after(conversation.handshake_seconds, _HandshakeOverdue(lane))
        self._publish()
        return lane

    @handles(_HandshakeOverdue)
    def _on_handshake_overdue(self, message: _HandshakeOverdue) -> None:
        lane = message.lane
        if lane is self._lane and not lane.greeted:
            seconds = lane.conversation.handshake_seconds
            self._fail_flight(
                lane,
                TimedOut(
                    f"the CLI did not answer the handshake within {seconds:g} s; "
                    "stream_close_timeout_seconds=… sets this limit",
                    phase=Phase.START,
                    seconds=seconds,
                ),
            )
            lane.close(busy=True, reason=CloseReason.STUCK)

    def _options_of(self, ticket: Ticket) -> Any:
        """Return the options of a turn.

        Raises:
            LocalProtocolError: they do not fit those of the session as they are now.
        """
        setup = self._setup
        if not ticket.options:
            return setup.options
        return setup.backend.for_query(setup.options, ticket.options)

    def _conversation_lost(self) -> bool:
        """Whether a new process would begin without what was said, and may not.

        If it may, because nothing of it was stored, that is said.
        """
        options = self._setup.options
        if self._lane is not None or not self._resumption.is_lost(options):
            return False
        return not self._recovery.climb(options, Impasse.MISSING, None, None)

    @handles(PortUp)
    def _on_up(self, message: PortUp) -> None:
        launch, pid, lane = message.launch, message.pid, self._lane
        self._recovery.account = launch.account
        self._board.update(
            pid=pid, installation=launch.installation, auth_source=launch.auth_source
        )
        if lane is not None:
            lane.up = message
            self._recovery.started(launch.installation, pid, lane.way.rung)

    # --- a conversation that cannot be gone on with ---------------------------------------------

    def _climb(self, lane: Lane) -> bool:
        """Choose another way of going on with the conversation; return whether there is one."""
        impasse, flight = lane.conversation.impasse, lane.flight
        if impasse is None or lane.closing:
            return False
        turn_id = None if flight is None else flight.turn_id
        return self._recovery.climb(self._setup.options, impasse, lane.way.rung, turn_id)

    def _ask_again(self, lane: Lane) -> None:
        """Have the turn in flight wait for another process, which goes on in another way."""
        flight = lane.land()
        lane.close(busy=False)
        if flight is not None:
            self._put_back(flight)

    def _goes_another_way(self, lane: Lane, *, mine: bool) -> bool:
        """See to a conversation that cannot be gone on with; return whether its turn waits."""
        flight = lane.flight
        if flight is None:
            if self._climb(lane):
                lane.close(busy=False)
        elif mine and flight.wanted and flight.tries == 1 and self._climb(lane):
            self._ask_again(lane)
            return True
        return False
