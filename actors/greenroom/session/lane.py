"""A lane: one process, its wire, and the one prompt that is in flight on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.backends.events import (
    AgentStarted,
    Event,
    OrderAnswered,
    ToolsOpened,
    TurnBegan,
    TurnEnded,
)
from greenroom.port import Close, CloseReason, Hasten, Pause, Plug, Resume, Write
from greenroom.request import Heard, Held, Sent
from greenroom.runtime.process import StopLadder
from greenroom.session.evidence import context_of
from greenroom.session.flight import Flight
from greenroom.session.orders import Orders
from greenroom.session.origins import Origins
from greenroom.turn import Strained
from greenroom.values.outcomes import Cancelled
from greenroom_protocol import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from greenroom.backends.base import Conversation
    from greenroom.backends.events import QuestionWithdrawn
    from greenroom.port import PortUp
    from greenroom.runtime import ActorRef, Timer
    from greenroom.session.desk import Desk
    from greenroom.session.resumption import Way
    from greenroom.session.waiting import Waiting
    from greenroom.values.outcomes import FailureContext, TurnError

__all__ = ["Lane", "select"]


_AT_ONCE: Final = StopLadder(eof_grace=0.0, term_grace=0.0)

_FAULTS: Final = frozenset(
    {
        CloseReason.INTERRUPT_UNCONFIRMED,
        CloseReason.MEMORY,
        CloseReason.STUCK,
        CloseReason.UNRESPONSIVE,
    }
)
"""Reasons to end a process that nobody wished to end."""


class Lane:
    """One process from the session's side.

    Attributes:
        port: the actor that owns the process.
        conversation: the wire state.
        way: how it goes on with the conversation.
        up: what runs, once it does.
        heard: how many batches of frames the port has told.
        announces: it says when a turn begins, so frames before that belong to no turn.
        paused: its output is held back for a slow reader.
        flight: the prompt in flight.
        landed: ids of the one before it, which has its end.
        foreign: the CLI works on a turn of its own, and prompts wait for its end.
        heard_at: when the last frame of such a turn arrived.
        closing: the port was told to end.
        faulty: it was told so because the process does not work as it should.
        refusal: why it is of no use although it runs: its handshake failed.
        retiring: why it is to end with the turn that runs.
        verified: the process has said which conversation it goes on with.
        greeting: the clock of the handshake.
        greeted: the CLI answered it.
        desk: who answers what it asks, once it has asked something.
        orders: what it was ordered and has not answered.
        origins: for whom its sub-agents act.
    """

    def __init__(
        self,
        port: ActorRef[Any],
        conversation: Conversation,
        send: Callable[[ActorRef[Any], Any], object],
        way: Way,
    ) -> None:
        self.port = port
        self.conversation = conversation
        self.way = way
        self.up: PortUp | None = None
        self.heard = 0
        self.announces = False
        self.paused = False
        self.flight: Flight | None = None
        self.landed: AbstractSet[str] = frozenset()
        self.foreign = False
        self.heard_at = 0.0
        self.closing = False
        self.faulty = False
        self.refusal: TurnError | None = None
        self.retiring: str | None = None
        self.verified = way.expected is None
        self.greeting: Timer | None = None
        self.greeted = False
        self.desk: Desk | None = None
        self.orders = Orders()
        self.origins = Origins()
        self._held_back = b""
        self._send = send

    # --- what the process is told -------------------------------------------------------------

    def take_off(self, waiting: Waiting, lines: bytes) -> None:
        """Send a prompt: the lines that ask it."""
        self.flight = Flight(waiting)
        if self.greeted or not self.conversation.guarded:
            self.write(lines)
        else:
            self._held_back = lines

    def greet(self) -> None:
        """The handshake is good: a prompt that waited for it is sent."""
        self.greeted = True
        self._stop_greeting()
        lines, self._held_back = self._held_back, b""
        if lines and self.flight is not None:
            self.write(lines)

    def _stop_greeting(self) -> None:
        if self.greeting is not None:
            self.greeting.cancel()
            self.greeting = None

    def take_back(self) -> bool:
        """Forget a prompt that still waits for the handshake; return whether one did.

        What sets its options is written all the same: the conversation counts on that.
        """
        lines, self._held_back = self._held_back, b""
        *settings, _prompt = lines.splitlines(keepends=True) or (b"",)
        if settings:
            self.write(b"".join(settings))
        return bool(lines)

    def land(self) -> Flight | None:
        """The prompt in flight has its end; return it."""
        self.pause(paused=False)
        flight, self.flight = self.flight, None
        if flight is not None:
            self.landed = flight.ids
            self._leave_desk(flight)
            if flight.escalation is not None:
                flight.escalation.cancel()
        return flight

    def abort(self, escalation: Timer, line: bytes = b"") -> None:
        """Ask for the turn in flight to be ended, unless that was asked already.

        Args:
            escalation: the clock of it.
            line: how it is asked for, if not as usual; written in any case.
        """
        flight = self.flight
        if flight is None or flight.judged or flight.escalation is not None:
            escalation.cancel()
            if line:
                self.write(line)
            return
        flight.escalation = escalation
        flight.ticket.stream.stop_pausing()
        self.pause(paused=False)
        self.write(line or self._interruption(flight))
        self._leave_desk(flight)

    def _leave_desk(self, flight: Flight) -> None:
        if self.desk is not None:
            self.desk.leave(flight.turn_id)

    def lose(self, why: object) -> None:
        """The process is gone: nothing that it asked or was ordered will come to anything."""
        self._stop_greeting()
        if self.desk is not None:
            self.desk.close()
        self.orders.fail(why)

    def insist(self) -> None:
        """A turn that was to be ended began all the same: say it again, once."""
        flight = self.flight
        if flight is not None and flight.began and not flight.insisted:
            flight.insisted = True
            if flight.escalation is not None:
                self.write(self._interruption(flight))

    def _interruption(self, flight: Flight) -> bytes:
        foreign = self.foreign and not flight.began
        return self.conversation.interrupt(flight.wire_id, foreign=foreign)

    def hear(self, event: QuestionWithdrawn | OrderAnswered) -> None:
        """Take what the CLI says about its questions and our orders."""
        if isinstance(event, OrderAnswered):
            self.orders.answered(event)
        elif self.desk is not None:
            self.desk.withdraw(event.request_id)

    def write(self, line: bytes) -> None:
        """Write a line."""
        self._send(self.port, Write(line))

    def pause(self, *, paused: bool) -> None:
        """Have the process wait for a slow reader, or go on."""
        if paused != self.paused:
            self.paused = paused
            self._send(self.port, Pause() if paused else Resume())

    def close(self, *, busy: bool, reason: CloseReason | None = None) -> None:
        """End the process; `busy` when the end of its stdin would not end it."""
        if not self.closing:
            self.closing = True
            self.faulty = self.faulty or reason in _FAULTS
            self._send(self.port, Close(busy, reason))

    def kill(self) -> None:
        """End the process now, without asking it: the session is being killed."""
        self.closing = True
        self._send(self.port, Hasten(_AT_ONCE))
        self._send(self.port, Close(busy=True, reason=CloseReason.KILLED))

    def mask(self, text: str) -> str:
        """Return `text` without the secrets of the process."""
        return text if self.up is None else self.up.launch.redactor.text(text)

    def evidence(self) -> FailureContext:
        """Tell what is known of the process, as of now."""
        if self.up is None:
            return context_of(self)
        stderr, lines = self.up.stderr(), self.up.last_lines()
        return context_of(self, stderr_tail=stderr, last_frames=lines)

    # --- what the process says ----------------------------------------------------------------

    @property
    def spoke(self) -> bool:
        """Whether the process has written something."""
        return self.heard > 0

    def _hold(self, flight: Flight, *, held: bool) -> None:
        if held != flight.held:
            flight.held = held
            flight.heard = False
            self._send(flight.request, Held() if held else Sent(True, self.evidence))
        flight.began = not held

    @property
    def free(self) -> bool:
        """Whether a prompt can be sent."""
        return self.flight is None and not self.foreign and not self.closing

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost if it ended now."""
        return self.free and not self.orders

    def owns(self, turn_id: str) -> bool:
        """Whether `turn_id` is the prompt in flight."""
        return self.flight is not None and turn_id in self.flight.ids

    def waits_for(self, turn_id: str) -> bool:
        """Whether `turn_id` is the last prompt of the turn in flight: none before it matters."""
        return self.flight is not None and turn_id == self.flight.wire_id

    def covers(self, event: TurnEnded) -> bool:
        """Whether a result is the one of the prompt in flight."""
        fatal = event.process_ends and not event.turn_ids
        return self.flight is not None and (fatal or not self.flight.ids.isdisjoint(event.turn_ids))

    def is_leaving(self, event: TurnEnded) -> bool:
        """Whether a result says that the process is about to exit.

        So does an abort nobody here asked for, by an interrupt or by an answer: the CLI got SIGINT,
        and exits after the result (CLI 2.1.329). A prompt sent now would be lost with it.
        """
        interrupted = self.flight is not None and self.flight.escalation is not None
        asked = interrupted or self.conversation.halted
        ours = self.covers(event) or not event.turn_ids
        return ours and not asked and isinstance(event.verdict.error, Cancelled)

    def reader(self, event: Event | None = None) -> Flight | None:
        """Whose frames those up to `event` are; None: they belong to no turn of ours."""
        flight = self.flight
        if flight is None:
            return None
        if isinstance(event, TurnEnded):
            return flight if self.covers(event) else None
        early = self.foreign or self.announces
        return flight if flight.began or not early else None

    def give(self, flight: Flight, batch: Batch) -> None:
        """Give a turn its frames."""
        if not flight.heard:
            flight.heard = True
            self._send(flight.request, Heard())
        if not flight.ticket.stream.put(batch):
            self._send(flight.request, Strained())

    def plug(self) -> None:
        """Have plain frames bypass the session, if it is clear whose they are."""
        flight = self.reader()
        if flight is not None and flight.heard:
            self._send(self.port, Plug(flight.ticket.stream, flight.request, self.heard))

    def read(self, batch: Batch) -> Iterator[tuple[Event | None, list[int], Any]]:
        """Yield each event with the visible frames up to it, and the frame that meant it.

        Frames that are nobody's business are left out; what follows the last event comes with None.
        """
        visible: list[int] = []
        significant, private = self.conversation.significant, self.conversation.private
        for index, frame in enumerate(batch.frames):
            kind = type(frame)
            if kind not in significant:
                visible.append(index)
                continue
            event = self.conversation.read(frame)
            if isinstance(event, TurnBegan):
                yield event, visible, frame
                visible = []
            elif isinstance(event, TurnEnded):
                yield None, visible, None
                visible = []
            if kind not in private:
                visible.append(index)
            if event is not None and not isinstance(event, TurnBegan):
                yield event, visible, frame
                visible = []
        if visible:
            yield None, visible, None

    def note(self, event: Event) -> None:
        """Keep track of whose turn it is, and let a prompt know when it has to wait."""
        if isinstance(event, TurnBegan):
            ours = any(self.owns(turn_id) for turn_id in event.turn_ids)
            if not (ours or self.landed.isdisjoint(event.turn_ids)):  # it came behind its result
                return
            self.announces = True
            self.foreign = not ours
            if self.flight is not None and not self.flight.began:
                self._hold(self.flight, held=self.foreign)
        elif isinstance(event, TurnEnded):
            self.foreign = False
        elif isinstance(event, AgentStarted):
            self.origins.begins(event.agent_id, event.tool_use_id, self.reader(event))
        elif isinstance(event, ToolsOpened) and event.agent_id is not None:
            self.origins.calls(event.agent_id, event.ids)


def select(batch: Batch, indices: list[int], lines: list[bytes]) -> Batch:
    """Return the batch of these frames alone; `lines` are those of the whole batch."""
    if len(indices) == len(batch.frames):
        return batch
    return Batch(
        frames=[batch.frames[i] for i in indices], block=b"\n".join([lines[i] for i in indices])
    )
