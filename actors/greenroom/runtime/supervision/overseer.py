"""What supervisors of every kind do about children that end: bring them back, or give up."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from greenroom.runtime.exit_reason import SHUTDOWN, Crash, ExitReason
from greenroom.runtime.handlers import handles
from greenroom.runtime.supervision.child import Child, ChildCounts, ChildInfo, Retry, count
from greenroom.runtime.supervision.keeper import Keeper
from greenroom.runtime.supervision.policy import AutoShutdown, Restart
from greenroom.runtime.supervision.reports import ChildExited, ChildNotStarted, SupervisorGaveUp

if TYPE_CHECKING:
    from greenroom.runtime.supervision.flags import Flags
    from greenroom.runtime.supervision.life import Life
    from greenroom.runtime.supervision.procedures import Procedure

__all__ = ["Overseer"]


class Overseer(Keeper):
    """Has children; a subclass says how they are known, and what bringing one back takes.

    Attributes:
        children: all that are known, in the order of their starts.
    """

    def __init__(self, flags: Flags) -> None:
        super().__init__(flags)
        self.children: dict[Any, Child] = {}
        self._window = flags.window()
        self._random = Random()  # noqa: S311 - spreads retries; it keeps no secret

    # --- for subclasses ---

    def bring_back(self, child: Child, cause: ExitReason) -> Procedure[None]:
        """Start a child again, and who goes along with it."""
        raise NotImplementedError

    def forget(self, child: Child) -> None:
        """Note that a child does not run and is not to be tried again."""
        raise NotImplementedError

    def may_restart(self, child: Child, cause: ExitReason) -> bool:
        """Count a restart; if it is one too many, report that, end, and return False."""
        if not self._window.enter(self.clock.now()):
            return True
        self.reporter.report(SupervisorGaveUp, child.spec, None, cause)
        self.forget(child)
        self.finish(SHUTDOWN)
        return False

    def try_again(self, child: Child, error: BaseException) -> None:
        """Report that a child did not come back, and have it tried again in a while."""
        self.reporter.report(ChildNotStarted, child.spec, None, error)
        child.failures += 1
        retry = child.retry = Retry(child, Crash(error))
        pause = self.flags.backoff.delay(child.failures, self._random)
        if pause > 0:
            retry.timer = self.after(pause, retry)
        else:
            self.actor_ref.tell(retry)  # behind all that waits, which so gets its turn (E1)

    # --- ends of children ---

    def on_child_end(self, life: Life) -> Procedure[None] | None:
        """Restart the child, or let it be; report it if it should not have ended."""
        child = life.owner
        if child.life is not life:
            return None  # it was made to end
        restart, clean = child.spec.restart, life.end.clean
        if restart is Restart.PERMANENT or not clean:
            self.reporter.report(ChildExited, child.spec, life.ref, life.end)
        if restart is Restart.PERMANENT or (restart is Restart.TRANSIENT and not clean):
            return self.bring_back(child, life.end)
        self.forget(child)
        self._consider_auto_shutdown(child)
        return None

    def _consider_auto_shutdown(self, child: Child) -> None:
        mode = self.flags.auto_shutdown
        if not child.spec.significant or mode is AutoShutdown.NEVER:
            return
        if mode is AutoShutdown.ALL_SIGNIFICANT and any(
            other.spec.significant and (other.life is not None or other.restarting)
            for other in self.children.values()
        ):
            return
        self.finish(SHUTDOWN)

    @handles(Retry)
    def _on_retry(self, retry: Retry) -> None:
        self.enqueue(Overseer._retry, retry)

    def _retry(self, retry: Retry) -> Procedure[None] | None:
        if retry.child.retry is not retry:
            return None  # it was called off
        return self.bring_back(retry.child, retry.cause)

    # --- requests ---

    def which_children(self) -> list[ChildInfo]:
        """Return a line for each child, the newest first."""
        return [child.info() for child in reversed(self.children.values())]

    def count_children(self) -> ChildCounts:
        """Count the children."""
        return count(self.children.values())
