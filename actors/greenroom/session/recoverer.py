"""What holds a session back: a pause after a loss, a limit of the account, the end of patience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.runtime import Actor
from greenroom.runtime.log import logs_events
from greenroom.session.events import (
    ConversationReset,
    ProcessLost,
    ProcessRetired,
    ProcessStarted,
    SessionEvent,
    SessionGaveUp,
    SessionParked,
    SessionReleased,
    SessionWorked,
    TurnRepeated,
    announce,
)
from greenroom.session.parking import (
    Inconclusive,
    Park,
    Wants,
    Worked,
    is_inconclusive,
    is_misconfigured,
    is_overdrawn,
)
from greenroom.values.outcomes import RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Installation
    from greenroom.runtime import ActorRef, Clock, Timer
    from greenroom.session.board import Board
    from greenroom.session.losses import Losses
    from greenroom.session.resumption import Resumption
    from greenroom.session.setup import Setup
    from greenroom.values.ladder import Impasse, Rung
    from greenroom.values.outcomes import TurnError

__all__ = ["RecessOver", "Recoverer"]


class RecessOver(NamedTuple):
    """The pause after a loss is over."""


class Recoverer:
    """Decides when a session may go on. Owned by one session actor.

    Args:
        ref: the actor.
        after: sends a message to the actor in so many seconds.
        clock: the time it lives in.
        setup: what its session is made with.
        board: where the state is shown.
        resumption: its conversation.

    Attributes:
        account: what the last process used, see `Launch.account`.
        dormant: no process is started before something is asked.
        gave_up: why the session ends, once it does.
        probing: why it was parked, while it tries whether that is over.
    """

    def __init__(
        self,
        ref: ActorRef[Any],
        *,
        after: Callable[[float, Any], Timer],
        clock: Clock,
        setup: Setup,
        board: Board,
        resumption: Resumption,
    ) -> None:
        self.account: int | None = None
        self.dormant = not setup.recovery.eager
        self.gave_up: TurnError | None = None
        self._ref = ref
        self._after = after
        self._clock = clock
        self._setup = setup
        self._board = board
        self._resumption = resumption
        self._losses: Losses | None = None
        self._ending = False
        self._recess: Timer | None = None
        self._parked: TurnError | None = None
        self.probing: TurnError | None = None
        if setup.past.losses:
            board.update(losses=self._count().in_a_row)

    # --- may it go on ---------------------------------------------------------------------------

    @property
    def blocked(self) -> bool:
        """Whether no process may start and no prompt may be sent."""
        held = self._recess is not None or self._parked is not None
        return held or self.gave_up is not None

    @property
    def recovering(self) -> bool:
        """Whether it pauses after a loss."""
        return self._recess is not None

    @property
    def parked(self) -> bool:
        """Whether it waits for its account."""
        return self._parked is not None

    @property
    def parked_for(self) -> TurnError | None:
        """Why it does, if so."""
        return self._parked

    # --- what happens ---------------------------------------------------------------------------

    def started(self, installation: Installation, pid: int, rung: Rung | None) -> None:
        """A process runs."""
        self._announce(
            ProcessStarted(
                **self._who(),
                pid=pid,
                rung=rung,
                binary=installation.link or installation.path,
                version=installation.version,
            )
        )

    def retired(self, why: str) -> None:
        """A process is ended as it should be."""
        self._announce(ProcessRetired(**self._who(), why=why))

    def repeated(self, turn_id: str, error: TurnError) -> None:
        """A turn that was lost with its process is asked again."""
        self._announce(TurnRepeated(**self._who(), turn_id=turn_id, code=error.code))

    def lost(self, error: TurnError, turn_id: str | None, *, ready: bool, waiting: bool) -> None:
        """A process was lost.

        Args:
            error: what it died of.
            turn_id: the turn that was in flight.
            ready: whether it had got ready before.
            waiting: whether turns wait.
        """
        if not ready and (is_overdrawn(error) or is_misconfigured(error)):
            self.dormant = True
            self._report_loss(error, turn_id, None, counted=False)
            if self._setup.recovery.parks:
                self._park(error, wants=waiting or self._setup.recovery.eager)
            return
        delay = self._count().enter(self._clock.now())
        self._report_loss(error, turn_id, delay)
        if self._ending:  # there would be no next one in any case
            return
        if delay is None:
            self.gave_up = error
            self._board.update(gave_up=error)
            self._announce(
                SessionGaveUp(
                    **self._who(),
                    code=error.code,
                    message=str(error),
                    losses=self._in_a_row,
                )
            )
        elif delay > 0:
            self._hurry()
            self._recess = self._after(delay, RecessOver())

    def _report_loss(
        self,
        error: TurnError,
        turn_id: str | None,
        delay: float | None,
        *,
        counted: bool = True,
    ) -> None:
        self._board.update(losses=self._in_a_row)
        self._announce(
            ProcessLost(
                **self._who(),
                code=error.code,
                message=str(error),
                turn_id=turn_id,
                counted=counted,
                losses=self._in_a_row,
                restart_in=delay,
            )
        )

    def _count(self) -> Losses:
        """Return the account of what was lost, opened with the first loss."""
        if self._losses is None:
            from greenroom.session.losses import Losses  # noqa: PLC0415 - most sessions lose no process

            policy, past = self._setup.recovery, self._setup.past
            self._losses = Losses(policy, self._clock.now(), past.losses)
        return self._losses

    @property
    def _in_a_row(self) -> int:
        return 0 if self._losses is None else self._losses.in_a_row

    def over(self) -> None:
        """The pause is over."""
        self._recess = None

    def worked(self, turn_id: str) -> None:
        """A turn completed."""
        if self._losses is not None:
            self._losses.clear()
        self._resumption.succeed()
        if self._board.info.losses:
            self._board.update(losses=0)
        if self._is_heard():
            who, entry = self._who(), self._resumption.entry
            turns = self._board.info.totals.turns
            self._announce(SessionWorked(**who, turn_id=turn_id, entry=entry, turns=turns))

    def _is_heard(self) -> bool:
        """Whether anybody would learn of an event that comes with each turn."""
        return self._setup.observer is not None or bool(self._setup.events) or logs_events()

    def climb(
        self, options: Any, impasse: Impasse, begun: Rung | None, turn_id: str | None
    ) -> bool:
        """Choose another way of going on with the conversation; return whether there is one."""
        who = self._who()
        rung = self._resumption.climb(options, impasse, begun)
        if rung is None:
            return False
        self._board.update(abandoned=self._resumption.abandoned)
        self._announce(ConversationReset(**who, impasse=impasse, rung=rung, turn_id=turn_id))
        return True

    # --- parking --------------------------------------------------------------------------------

    def revive(self) -> None:
        """Park again, if it was parked in an earlier life."""
        until = self._setup.past.parked_until
        if until is not None and self._setup.recovery.parks:
            earlier = RateLimited("it was parked by an earlier host", resets_at=until)
            self._park(earlier, wants=self._setup.recovery.eager)

    def ended(self, error: TurnError | None, *, waiting: bool) -> None:
        """A turn that was sent has ended.

        Args:
            error: how; None: it completed.
            waiting: whether others wait.
        """
        if self._parked is not None or not self._setup.recovery.parks:
            return
        if is_overdrawn(error):
            assert error is not None
            self._park(error, wants=waiting)
        elif self.probing is not None:
            if is_inconclusive(error):
                self._doubt(waiting=waiting)
            else:
                self._prove()

    def ready(self) -> None:
        """A process answered the handshake."""
        if self.probing is not None and not is_overdrawn(self.probing):
            self._prove()

    def _prove(self) -> None:
        self.probing = None
        self._tell_lot(Worked(self._ref))

    def _park(self, error: TurnError, *, wants: bool) -> None:
        self._parked, self.probing = error, None
        until = error.resets_at if isinstance(error, RateLimited) else None
        shared = self.account if is_overdrawn(error) else None
        self._tell_lot(Park(self._ref, shared, until, wants))

    def parked_until(self, until: float) -> None:
        """The lot says when it is tried again."""
        error = self._parked
        if error is not None:
            self._board.update(parked_until=until)
            self._announce(
                SessionParked(**self._who(), code=error.code, message=str(error), until=until)
            )

    def permit(self, *, trial: bool) -> None:
        """The lot lets it go on.

        Args:
            trial: it waits to hear how that goes.
        """
        if self._parked is not None:
            self._parked, self.probing = None, self._parked if trial else None
            self.dormant = not self._setup.recovery.eager
            self._board.update(parked_until=None)
            self._announce(SessionReleased(**self._who()))
        elif trial and self.probing is None:  # it goes on already, as somebody else let it
            self._tell_lot(Worked(self._ref))

    def stand_down(self) -> None:
        """There is nothing more to try with: leave that to others, and wait again."""
        if self.probing is not None and not self._ending:
            self._doubt(waiting=False)

    def _doubt(self, *, waiting: bool) -> None:
        self._parked, self.probing = self.probing, None
        self._tell_lot(Inconclusive(self._ref, waiting))

    def wants(self) -> None:
        """A turn waits."""
        if self._parked is not None:
            self._tell_lot(Wants(self._ref))

    # --- the end --------------------------------------------------------------------------------

    def stop(self) -> None:
        """The session ends: pause no longer, and never again."""
        self._ending = True
        self._hurry()

    def _hurry(self) -> None:
        if self._recess is not None:
            self._recess.cancel()
            self._recess = None

    # --- inside ---------------------------------------------------------------------------------

    def _tell_lot(self, message: Any) -> None:
        lot = self._setup.lot
        if lot is not None:
            Actor.send(lot, message)

    def _announce(self, event: SessionEvent) -> None:
        announce(event, self._setup.events, self._setup.observer)

    def _who(self) -> dict[str, Any]:
        return {"session": self._setup.label, "session_id": self._resumption.observed}
