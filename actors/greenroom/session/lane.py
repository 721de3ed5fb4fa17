"""A lane: one process, its wire, and the one prompt that is in flight on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.backends.events import Event, TurnBegan, TurnEnded
from greenroom.port import Close, CloseReason, Pause, Plug, Resume, Write
from greenroom.request import Heard, Held, Sent
from greenroom.session.evidence import context_of
from greenroom.turn import Strained
from greenroom.values.outcomes import Cancelled
from greenroom_protocol import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.backends.base import Conversation
    from greenroom.port import PortUp
    from greenroom.runtime import ActorRef, Timer
    from greenroom.session.waiting import Waiting
    from greenroom.values.outcomes import FailureContext

__all__ = ["Flight", "Lane", "select"]


class Flight:
    """The prompt that was sent and whose result is awaited.

    Attributes:
        ticket: the query.
        request: its request actor.
        began: the CLI said that it works on it.
        held: the CLI said that it works on a turn of its own first.
        heard: frames of it have come since.
        over: the turn has its outcome and was counted; the CLI may still work on it.
        escalation: the clock of an interrupt that was asked for.
        insisted: an interrupt from before it began was said again, if there was one.
    """

    __slots__ = ("began", "escalation", "heard", "held", "insisted", "over", "request", "ticket")

    def __init__(self, waiting: Waiting) -> None:
        self.ticket, self.request = waiting
        self.began = False
        self.held = False
        self.heard = False
        self.insisted = False
        self.over = False
        self.escalation: Timer | None = None

    @property
    def turn_id(self) -> str:
        """The id the prompt was sent with."""
        return self.ticket.turn_id


class Lane:
    """One process from the session's side.

    Attributes:
        port: the actor that owns the process.
        conversation: the wire state.
        up: what runs, once it does.
        heard: how many batches of frames the port has told.
        announces: it says when a turn begins, so frames before that belong to no turn.
        paused: its output is held back for a slow reader.
        flight: the prompt in flight.
        landed: the one before it, which has its end.
        foreign: the CLI works on a turn of its own, and prompts wait for its end.
        heard_at: when the last frame of such a turn arrived.
        closing: the port was told to end.
    """

    def __init__(
        self,
        port: ActorRef[Any],
        conversation: Conversation,
        send: Callable[[ActorRef[Any], Any], object],
    ) -> None:
        self.port = port
        self.conversation = conversation
        self.up: PortUp | None = None
        self.heard = 0
        self.announces = False
        self.paused = False
        self.flight: Flight | None = None
        self.landed: str | None = None
        self.foreign = False
        self.heard_at = 0.0
        self.closing = False
        self._send = send

    # --- what the process is told -------------------------------------------------------------

    def take_off(self, waiting: Waiting, lines: bytes) -> None:
        """Send a prompt: the lines that ask it."""
        self.flight = Flight(waiting)
        self.write(lines)

    def land(self) -> Flight | None:
        """The prompt in flight has its end; return it."""
        self.pause(paused=False)
        flight, self.flight = self.flight, None
        if flight is not None:
            self.landed = flight.turn_id
            if flight.escalation is not None:
                flight.escalation.cancel()
        return flight

    def abort(self, escalation: Timer) -> None:
        """Ask for the turn in flight to be ended, unless that was asked already."""
        if self.flight is None or self.flight.escalation is not None:
            escalation.cancel()
        else:
            self.flight.escalation = escalation
            self.flight.ticket.stream.stop_pausing()
            self.pause(paused=False)
            self._interrupt(self.flight)

    def insist(self) -> None:
        """A turn that was to be ended began all the same: say it again, once."""
        flight = self.flight
        if flight is not None and flight.began and not flight.insisted:
            flight.insisted = True
            if flight.escalation is not None:
                self._interrupt(flight)

    def _interrupt(self, flight: Flight) -> None:
        foreign = self.foreign and not flight.began
        self.write(self.conversation.interrupt(flight.turn_id, foreign=foreign))

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
            self._send(self.port, Close(busy, reason))

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

    def owns(self, turn_id: str) -> bool:
        """Whether `turn_id` is the prompt in flight."""
        return self.flight is not None and self.flight.turn_id == turn_id

    def covers(self, event: TurnEnded) -> bool:
        """Whether a result is the one of the prompt in flight."""
        fatal = event.process_ends and not event.turn_ids
        return self.flight is not None and (fatal or self.flight.turn_id in event.turn_ids)

    def is_leaving(self, event: TurnEnded) -> bool:
        """Whether a result says that the process is about to exit.

        So does an abort nobody here asked for: the CLI got SIGINT, and exits after the result
        (CLI 2.1.329). A prompt sent now would be lost with it.
        """
        asked = self.flight is not None and self.flight.escalation is not None
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
            if self.landed in event.turn_ids and not ours:  # it came behind its result
                return
            self.announces = True
            self.foreign = not ours
            if self.flight is not None and not self.flight.began:
                self._hold(self.flight, held=self.foreign)
        elif isinstance(event, TurnEnded):
            self.foreign = False


def select(batch: Batch, indices: list[int], lines: list[bytes]) -> Batch:
    """Return the batch of these frames alone; `lines` are those of the whole batch."""
    if len(indices) == len(batch.frames):
        return batch
    return Batch(
        frames=[batch.frames[i] for i in indices], block=b"\n".join([lines[i] for i in indices])
    )
