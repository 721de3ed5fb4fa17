"""How children's actors are started, and how they are ended, one way or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.runtime.exit_reason import SHUTDOWN, ExitReason, Killed, NoProc, Shutdown
from greenroom.runtime.handlers import handles
from greenroom.runtime.killing import kill
from greenroom.runtime.log import report_warning
from greenroom.runtime.monitor import Terminated
from greenroom.runtime.plain import stop_plain
from greenroom.runtime.ref import ActorRef
from greenroom.runtime.signals import Stop
from greenroom.runtime.stop_flag import StopFlag
from greenroom.runtime.supervision.attempt import Attempt
from greenroom.runtime.supervision.birth import Birth
from greenroom.runtime.supervision.errors import BadStart
from greenroom.runtime.supervision.life import Life
from greenroom.runtime.supervision.outcome import child_of
from greenroom.runtime.supervision.policy import BRUTAL_KILL, INFINITY, Restart
from greenroom.runtime.supervision.procedures import Finishing, Procedure, ProcedureActor
from greenroom.runtime.supervision.reports import ChildNotStopped, Reporter

if TYPE_CHECKING:
    import pykka

    from greenroom.runtime.supervision.child import Child
    from greenroom.runtime.supervision.flags import Flags

__all__ = ["Keeper", "Overdue"]


class Overdue:
    """Lives, or an attempt, that had their time to end."""

    __slots__ = ("what",)

    def __init__(self, *what: Life | Attempt) -> None:
        self.what = what


class Keeper(ProcedureActor):
    """Starts and ends children; what to do about ends that nobody asked for is up to subclasses.

    Attributes:
        flags: the supervisor's.
        lives: the children's actors that have not ended, as far as it is known, by their URN.
        reporter: reports on the children.
    """

    def __init__(self, flags: Flags) -> None:
        super().__init__()
        self.flags = flags
        self.lives: dict[str, Life] = {}
        self.reporter = Reporter(str(self), flags.mask, flags.events)
        self._attempt: Attempt | None = None

    def on_child_end(self, life: Life) -> Procedure[None] | None:
        """Deal with the end of a child, unless it was made to end and that was dealt with."""
        raise NotImplementedError

    # --- starting ---

    def bring_up(self, child: Child) -> Procedure[Birth]:
        """Start a child, and wait until it is known what came of it.

        Raises:
            Finishing: the supervisor is to end. If the child came up in time, it has its life.
        """
        self.require_future()
        self._attempt = attempt = Attempt(child, self.dispatcher, self.wake)
        while not (attempt.done or self.is_finishing):
            yield
        if self.is_finishing:
            yield from self._withdraw(attempt)
        self._attempt = None
        if attempt.done:
            birth = self._born(attempt)
            self.require_future()
            return birth
        attempt.abandon(_dispose)
        raise Finishing

    def _born(self, attempt: Attempt) -> Birth:
        error = attempt.error()
        if error is not None:
            return Birth(error=error)
        outcome = attempt.outcome()
        try:
            life = self._adopt(attempt.child, outcome)
        except Exception as bad:  # noqa: BLE001 - a stranger's `actor_ref`, too, is part of a start
            return Birth(error=bad)
        attempt.child.came_up(life)
        return Birth(outcome=outcome, life=life)

    def _adopt(self, child: Child, outcome: Any) -> Life | None:
        found = child_of(outcome)
        if found is None:
            return None
        given, ref = found
        if ref.actor_urn in self.lives or ref.actor_urn == self.actor_urn:
            raise BadStart(
                f"`start` of child {child.spec.id!r} gave {ref}, which is a child already, or the "
                "supervisor itself; start a new actor"
            )
        self.lives[ref.actor_urn] = life = Life(child, given, ref)
        self.watch(ref)
        return life

    def _withdraw(self, attempt: Attempt) -> Procedure[None]:
        """Give a start that the end has overtaken as much time as the child would have to end."""
        attempt.cancel()
        shutdown = attempt.child.spec.shutdown
        if shutdown != INFINITY:
            self.after(_seconds(shutdown), Overdue(attempt))
        while not (attempt.done or attempt.overdue):
            yield

    # --- ending ---

    def ask_to_end(self, life: Life) -> bool:
        """Tell a child to end, as its specification says, unless it was told already.

        Returns:
            Whether it was, and has not ended yet.
        """
        if life.asked or life.reason is not None:
            return False
        life.asked = True
        if life.spec.shutdown == BRUTAL_KILL:
            kill(life.ref)
        else:
            _ask(life.ref)
        return True

    def bring_down(self, life: Life) -> Procedure[None]:
        """End a child, and wait until it has ended."""
        if self.ask_to_end(life) and life.seconds_to_end is not None:
            life.timer = self.after(life.seconds_to_end, Overdue(life))
        while life.reason is None:
            yield
        self.see_off(life)

    def bring_down_together(self, lives: list[Life]) -> Procedure[None]:
        """End children at the same time, and wait until all have ended (G4)."""
        groups: dict[float, list[Life]] = {}
        for life in lives:
            if self.ask_to_end(life) and life.seconds_to_end is not None:
                groups.setdefault(life.seconds_to_end, []).append(life)
        for seconds, group in groups.items():
            self.after(seconds, Overdue(*group))
        for life in lives:
            while life.reason is None:
                yield
            self.see_off(life)

    def see_off(self, life: Life) -> None:
        """Report on a child that had to end, and did, if it did so otherwise than told."""
        if not _as_told(life, life.end):
            self.reporter.report(ChildNotStopped, life.spec, life.ref, life.end)

    # --- hooks and messages ---

    def on_stop(self) -> None:
        """Take along whoever is left, which is nobody unless the supervisor was killed."""
        self._abandon_all()
        super().on_stop()

    def on_failure(self, *exc_info: object) -> None:
        """Take along whoever is left."""
        self._abandon_all()
        super().on_failure(*exc_info)

    def on_receive(self, message: Any) -> Any:
        """Log what nobody should have sent, and drop it (H8)."""
        kind = type(message).__qualname__
        report_warning(__name__, "supervisor_got_unknown_message", supervisor=str(self), kind=kind)

    @handles(Terminated)
    def _on_terminated(self, news: Terminated) -> None:
        life = self.lives.pop(news.ref.actor_urn, None)
        if life is None:
            return
        life.reason = _reason_of(news)
        if life.timer is not None:
            life.timer.cancel()
        self.enqueue(Keeper._see_end, life)

    def _see_end(self, life: Life) -> Procedure[None] | None:
        return self.on_child_end(life)

    @handles(Overdue)
    def _on_overdue(self, overdue: Overdue) -> None:
        for what in overdue.what:
            if isinstance(what, Attempt):
                what.overdue = True
            elif what.reason is None:
                kill(what.ref)
        self.look_again()

    def _abandon_all(self) -> None:
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt.abandon(_dispose)
            self._attempt = None
        for life in reversed(tuple(self.lives.values())):
            kill(life.ref)
        self.lives.clear()


def _ask(ref: pykka.ActorRef[Any]) -> None:
    if isinstance(ref, ActorRef):
        ref.signal(Stop(SHUTDOWN))
    else:
        stop_plain(ref, SHUTDOWN)


def _dispose(outcome: Any) -> None:
    """End a child that came when nobody wanted it any more."""
    try:
        found = child_of(outcome)
    except BadStart:
        return
    if found is not None:
        kill(found[1])  # it had its time to come and go


def _reason_of(news: Terminated) -> ExitReason:
    """Return why an actor ended, also if that was before it could be watched."""
    last = StopFlag.of(news.ref).last
    return last if isinstance(news.reason, NoProc) and last is not None else news.reason


def _as_told(life: Life, reason: ExitReason) -> bool:
    told = Killed if life.spec.shutdown == BRUTAL_KILL else Shutdown
    if isinstance(reason, told):
        return True
    return reason.clean and life.spec.restart is not Restart.PERMANENT


def _seconds(shutdown: Any) -> float:
    return 0.0 if shutdown == BRUTAL_KILL else float(shutdown)
