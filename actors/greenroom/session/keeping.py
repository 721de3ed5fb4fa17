"""The keeping part of a session: a process when one is needed, and none when not.

One that was lost is replaced after a pause, one that has nothing to do is ended, one that is to be
replaced ends when no turn runs. A session that lost too many ends itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from greenroom.runtime import Timer, handles
from greenroom.session.appraising import AppraisingActor
from greenroom.session.messages import Permit, Recycle, Warm
from greenroom.session.parking import ParkedUntil
from greenroom.session.recoverer import RecessOver

if TYPE_CHECKING:
    from greenroom.backends.events import HandshakeDone, HandshakeFailed
    from greenroom.session.lane import Lane
    from greenroom.session.messages import Order
    from greenroom.values.errors import GreenroomError
    from greenroom_protocol import LocalProtocolError

__all__ = ["KeepingActor"]


class _IdleOverdue(NamedTuple):
    """The process may have had nothing to do for as long as it may."""


class KeepingActor(AppraisingActor):
    """Has a process at hand if one is wanted; see the module."""

    _permitted = True
    _idle: Timer | None = None
    _busy_at = 0.0

    # --- what the session actor adds ------------------------------------------------------------

    def _pump(self) -> None:
        """Send what waits, if it may be sent."""
        raise NotImplementedError

    # --- having one -----------------------------------------------------------------------------

    @handles(Permit)
    def _on_permit(self, message: Permit) -> None:
        self._permitted = True
        self._recovery.permit(trial=message.trial)
        self._go_on()

    @handles(Warm)
    def _on_warm(self, message: Warm) -> None:
        del message
        self._recovery.dormant = False
        self._keep_up()

    def _may_send(self) -> bool:
        return self._permitted and not (self._stopping or self._recovery.blocked)

    def _keep_up(self) -> None:
        """Have a process at hand if one is wanted, and none that is not."""
        if not self._recovery.dormant:
            self._warm_up()
        if self._recovery.probing is not None and self._at_rest():
            self._recovery.stand_down()
        seconds, lane = self._setup.idle_seconds, self._lane
        if seconds is not None and self._idle is None and lane is not None and lane.free:
            self._idle = self.after(seconds, _IdleOverdue())

    def _at_rest(self) -> bool:
        """Whether nothing will come of itself: no turn waits or runs, and no process starts."""
        lane = self._lane
        ready = not self._recovery.recovering if lane is None else lane.free and lane.greeted
        return ready and self._next_waiting() is None

    def _on_greeting(self, lane: Lane, event: HandshakeDone | HandshakeFailed) -> None:
        super()._on_greeting(lane, event)
        self._keep_up()

    def _warm_up(self) -> None:
        if self._lane is None and self._may_send() and not self._conversation_lost():
            self._open_lane(self._beginning())

    def _note_work(self) -> None:
        """Something was done just now."""
        if self._setup.idle_seconds is not None:
            self._busy_at = self.clock.now()

    # --- replacing the process ------------------------------------------------------------------

    @handles(Recycle)
    def _on_recycle(self, message: Recycle) -> None:
        lane = self._lane
        if lane is None or lane.closing or self._stopping:
            return
        if message.reason is not None:
            lane.close(busy=True, reason=message.reason)
        else:
            lane.retiring = message.why
            self._retire_if_due(lane)

    def _retire_if_due(self, lane: Lane) -> None:
        if lane.retiring is not None and lane.idle:
            self._retire(lane, lane.retiring)

    def _retire(self, lane: Lane, why: str) -> None:
        self._recovery.retired(why)
        lane.close(busy=False)

    def _give_order(self, lane: Lane, order: Order) -> None:
        if order.name != "ping":  # or one that is looked after would never be idle
            self._note_work()
        super()._give_order(lane, order)
        self._keep_up()

    def _settle(
        self, order: Order, answer: Any, error: GreenroomError | LocalProtocolError | None
    ) -> None:
        super()._settle(order, answer, error)
        if self._lane is not None:
            self._retire_if_due(self._lane)

    @handles(_IdleOverdue)
    def _on_idle_overdue(self, message: _IdleOverdue) -> None:
        self._idle = None
        lane, seconds = self._lane, self._setup.idle_seconds
        assert seconds is not None
        if lane is None or not lane.free:
            return
        since = self.clock.now() if lane.orders else self._busy_at
        left = since + seconds - self.clock.now()
        if left > 0:
            self._idle = self.after(left, message)
        else:
            self._recovery.dormant = True
            self._retire(lane, "idle")

    @handles(RecessOver)
    def _on_recess_over(self, message: RecessOver) -> None:
        del message
        self._recovery.over()
        self._go_on()

    @handles(ParkedUntil)
    def _on_parked_until(self, message: ParkedUntil) -> None:
        self._recovery.parked_until(message.until)
        self._publish()

    def _go_on(self) -> None:
        """Do what waits, now that no process is up and another may start."""
        if self._lane is None and (self._recovery.parked or not self._recovery.blocked):
            self._carry_out_postponed()
        self._pump()
