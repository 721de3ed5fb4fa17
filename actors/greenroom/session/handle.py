"""The caller's handle of one conversation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

import pykka

from greenroom.runtime import ActorRef, Future
from greenroom.runtime.stoppable import Stoppable
from greenroom.session.answering import Answering
from greenroom.session.controls import Controls
from greenroom.session.handover import hand_over
from greenroom.session.messages import (
    EditQueued,
    ListQueued,
    Order,
    Recycle,
    Submit,
    Warm,
    not_queued,
)
from greenroom.turn import Interrupt, Relief, Stream, Ticket, Turn, Unfinished
from greenroom.values.backlog import DEFAULT_BACKLOG, Backlog
from greenroom.values.deadlines import DEFAULT_DEADLINES, Deadlines
from greenroom.values.errors import ControlLost, SessionStoppedError
from greenroom.values.kind import require_kind
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.backends.base import Backend, Prompt
    from greenroom.callbacks import Caller
    from greenroom.session.board import Board, QueuedTurn, SessionInfo
    from greenroom.session.callbacks import Callbacks
    from greenroom.values.outcomes import Outcome
    from greenroom_protocol.claude.answers import McpSetServersResult, ServerInfo
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["Session"]

T = TypeVar("T")

_REPLY_SECONDS = 5.0
"""Longest wait for a session actor's answer; it never blocks, so this is a safety net."""


class Session(Controls, Stoppable):
    """One conversation, served by at most one process at a time.

    Made by :meth:`greenroom.System.session`. Every method is safe from any thread. As a context
    manager, ``with`` or ``async with``, it stops the session at the end.

    Attributes:
        label: what it is called in events, and in the registry if it was given that name.
        background: frames of turns the CLI started by itself, such as the report of a background
            task; iterate it as you would a turn's stream.
    """

    def __init__(
        self,
        actor: ActorRef[Any],
        *,
        backend: Backend,
        options: Any,
        board: Board,
        background: Stream,
        deadlines: Deadlines = DEFAULT_DEADLINES,
        backlog: Backlog = DEFAULT_BACKLOG,
        label: str = "session",
        parallel: bool = False,
        callbacks: Callbacks | None = None,
        unfinished: Unfinished | None = None,
    ) -> None:
        self.label = label
        self.background = background
        self._actor = actor
        self._backend = backend
        self._options = options
        self._board = board
        self._deadlines = deadlines
        self._backlog = backlog
        self._parallel = parallel
        self._callbacks = callbacks
        self._unfinished = Unfinished() if unfinished is None else unfinished

    def __repr__(self) -> str:
        info = self._board.info
        return f"<Session {info.session_id or 'new'} {info.phase}>"

    # --- asking ----------------------------------------------------------------------------

    @overload
    def ask(
        self,
        prompt: Prompt,
        *,
        returns: type[T],
        repairs: int = ...,
        idempotent: bool = ...,
        deadlines: Deadlines | None = ...,
        backlog: Backlog | None = ...,
        parallel: bool = ...,
        **options: Unpack[OptionsDict],
    ) -> Turn[T]: ...
    @overload
    def ask(
        self,
        prompt: Prompt,
        *,
        returns: Any = None,
        repairs: int = ...,
        idempotent: bool = ...,
        deadlines: Deadlines | None = ...,
        backlog: Backlog | None = ...,
        parallel: bool = ...,
        **options: Unpack[OptionsDict],
    ) -> Turn[Any]: ...
    def ask(
        self,
        prompt: Prompt,
        *,
        returns: Any = None,
        repairs: int = 1,
        idempotent: bool = False,
        deadlines: Deadlines | None = None,
        backlog: Backlog | None = None,
        parallel: bool = False,
        **options: Unpack[OptionsDict],
    ) -> Turn[Any]:
        """Ask something; returns at once with the handle of the turn.

        Turns of a session run one after the other, in the order they were asked.

        Args:
            prompt: text, or content blocks in the CLI's own form.
            returns: the type, or the JSON Schema, of the structured output: the result has it as
                ``value``. A turn with another schema than the last one has the process replaced,
                which goes on with the conversation.
            repairs: how often an output that is missing or does not fit is asked for again.
            idempotent: it does no harm to ask this twice. If its process is lost it is asked again,
                in the next one, as often as the session's `recovery` allows. What it said before
                stays in its stream. Without this no prompt is ever sent twice.
            deadlines: clocks of this turn; the session's by default.
            backlog: what becomes of its frames while nobody reads them; the session's by default.
            parallel: run it beside the conversation: in a process of its own, from a copy of the
                conversation as it is now. The conversation itself does not learn of it.
            options: options of this turn alone. Those a running process cannot change
                need `parallel`.

        Raises:
            LocalProtocolError: an option is unknown, invalid, or fixed for the session's process.
            TypeError: `deadlines` is no `Deadlines`, `backlog` no `Backlog`, or `returns` nothing
                that a schema can be made of.
            ValueError: `repairs` is negative.
            SessionStoppedError: the session was stopped.
        """
        return self.submit(
            prompt,
            options,
            Answering(returns, repairs),
            deadlines=deadlines,
            backlog=backlog,
            parallel=parallel or self._parallel,
            idempotent=idempotent,
            callbacks=None,
        )

    def submit(
        self,
        prompt: Prompt,
        options: OptionsDict,
        answering: Answering,
        *,
        deadlines: Deadlines | None,
        backlog: Backlog | None,
        parallel: bool,
        idempotent: bool,
        callbacks: Callbacks | None,
    ) -> Turn[Any]:
        """Do what `ask` does, for a caller that has sorted its arguments.

        Args:
            prompt: as for `ask`.
            options: of this turn alone.
            answering: what is wanted of the answer.
            deadlines: as for `ask`.
            backlog: as for `ask`.
            parallel: as for `ask`.
            idempotent: as for `ask`.
            callbacks: what answers the CLI in a process of its own; the session's by default.
        """
        if backlog is None:
            backlog = self._backlog
        else:
            require_kind(backlog, Backlog, "backlog", 'Backlog(overflow="pause")')
        if deadlines is None:
            deadlines = self._deadlines
        else:
            require_kind(deadlines, Deadlines, "deadlines", "Deadlines(total=30)")
        require_kind(idempotent, bool, "idempotent", "idempotent=True")
        query, shape = answering.apply(options)
        if parallel:
            self._backend.fork(self._options, self.session_id, query)
        else:
            self._backend.for_query(self._options, query)
        turn_id = str(uuid.uuid4())
        dispatcher = self._actor.dispatcher
        outcome: Future[Outcome] = Future(dispatcher)
        stream = Stream(
            backlog,
            on_relief=lambda: self._tell(Relief(turn_id)),
            dispatcher=dispatcher,
            keeper=self._backend.keeper(),
        )
        attended = shape is not None or callbacks is not None or self._callbacks is not None
        ticket = Ticket(
            turn_id,
            prompt,
            query,
            deadlines,
            parallel,
            stream,
            outcome,
            caller=_caller() if attended else None,
            shape=shape,
            idempotent=idempotent,
            repairs=answering.repairs,
            callbacks=callbacks,
        )
        self._submit(ticket)
        self._unfinished.enter(turn_id, outcome)
        return Turn(
            turn_id,
            stream=stream,
            outcome=outcome,
            vocabulary=self._backend.vocabulary,
            interrupt=self._interrupt,
            shape=shape,
        )

    def _submit(self, ticket: Ticket) -> None:
        if not self._actor.is_alive():
            raise SessionStoppedError(self._why_stopped())
        hand_over(self._actor, Submit(ticket), ticket)

    def _why_stopped(self) -> str:
        error = self._board.info.gave_up
        if error is None:
            return "the session was stopped; make another to ask more"
        return (
            f"the session gave up after too many lost processes; the last one: {error}. Mend that, "
            "and make another, which may go on with past=Past(session_id=…)"
        )

    # --- the queue ---------------------------------------------------------------------------

    def queued(self) -> tuple[QueuedTurn, ...]:
        """Return the turns that wait, in the order they will be sent."""
        with suppress(pykka.ActorDeadError):  # nothing waits in a stopped session
            answer: tuple[QueuedTurn, ...] = self._actor.ask(
                ListQueued(), block=True, timeout=_REPLY_SECONDS
            )
            return answer
        return ()

    def edit(self, turn: Turn[Any] | str, prompt: Prompt) -> None:
        """Replace the prompt of a turn that waits.

        Raises:
            TurnNotQueuedError: it was sent, finished or cancelled before.
        """
        try:
            self._actor.ask(EditQueued(_id(turn), prompt), timeout=_REPLY_SECONDS)
        except pykka.ActorDeadError:
            raise not_queued(_id(turn)) from None

    def cancel(self, turn: Turn[Any] | str) -> None:
        """End a turn as :meth:`Turn.interrupt` does; one that waits is never sent."""
        self._interrupt(_id(turn))

    def _interrupt(self, turn_id: str) -> None:
        self._tell(Interrupt(turn_id, "the turn was interrupted"))

    def _tell(self, message: Any) -> None:
        """Tell the actor in order: what is about a turn must not overtake its submission."""
        with suppress(pykka.ActorDeadError):  # a stopped session has no turn left to act upon
            self._actor.tell(message)

    def set_mcp_servers(self, servers: Mapping[str, Any]) -> Future[McpSetServersResult | None]:
        """Replace the external MCP servers; those of this session's own tools stay."""
        if not isinstance(servers, Mapping):
            raise LocalProtocolError(f"MCP servers go by their names, unlike {servers!r:.100}")
        servers_here = None if self._callbacks is None else self._callbacks.servers
        own = () if servers_here is None else servers_here.names()
        return self._order("mcp_set_servers", mcp_servers=servers, own=own)

    # --- control -------------------------------------------------------------------------------

    def _order(self, name: str, *, seconds: float | None = None, **fields: Any) -> Future[Any]:
        if self._parallel:
            raise LocalProtocolError(
                f"a parallel session has no process to order {name!r}: each query has its own"
            )
        request, changes = self._backend.order(name, **fields)
        if changes:
            self._backend.changed(self._options, changes)
        reply: Future[Any] = Future(self._actor.dispatcher)
        seconds = self._deadlines.control if seconds is None else seconds
        order = Order(name, request, changes, reply, seconds)

        def given(error: BaseException | None) -> None:
            if isinstance(error, pykka.ActorDeadError):
                reply.fail(ControlLost("the session was stopped", order=name))
            elif error is not None:
                reply.fail(error)

        self._actor.ask(order, block=False).add_done_callback(given)
        return reply

    # --- life ----------------------------------------------------------------------------------

    @property
    def info(self) -> SessionInfo:
        """A snapshot: phase, conversation, process, totals. Never waits."""
        return self._board.info

    @property
    def session_id(self) -> str | None:
        """The conversation as last observed on the wire; None before the first turn."""
        return self._board.info.session_id

    @property
    def server_info(self) -> ServerInfo | None:
        """What the CLI told in the handshake: commands, models, agents, account, capabilities.

        None before that; `warm` has it done. `info.server` is the same as it came.
        """
        told = self._board.info.server
        return self._backend.server_info(told) if told else None

    @property
    def actor_ref(self) -> ActorRef[Any]:
        """The session actor, for actors that watch it."""
        return self._actor

    def warm(self) -> None:
        """Start the process and its handshake now instead of at the first turn."""
        self._tell(Warm())

    def recycle(self, why: str = "asked for") -> None:
        """Have the process replaced as soon as no turn runs; the conversation goes on.

        Args:
            why: for the record.

        Raises:
            LocalProtocolError: the conversation is stored nowhere, and would be lost.
        """
        if self._parallel:
            raise LocalProtocolError("a parallel session has no process to replace")
        if self._backend.resume(self._options, "") is None:
            raise LocalProtocolError(
                "a conversation with no_session_persistence lives and dies with its process, "
                "which therefore cannot be replaced"
            )
        self._tell(Recycle(why))

    def stop(self, timeout: float | None = None) -> None:
        """End the session; returns when its process is reaped and nothing of it remains.

        Waiting turns are withdrawn, a running one is interrupted; each has its outcome. Bounded by
        the system's stop ladder. Idempotent.

        Raises:
            TimeoutError: not down within `timeout` seconds; stopping goes on.
        """
        self._stop("the session", timeout)


def _caller() -> Caller:
    from greenroom.callbacks import Caller  # noqa: PLC0415 - most sessions have no callbacks

    return Caller.here()


def _id(turn: Turn[Any] | str) -> str:
    return turn if isinstance(turn, str) else turn.id
