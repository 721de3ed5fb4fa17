"""The controlling half of a session: what its process asks, and what it is ordered.

Questions of the CLI go to the desk of the process; callbacks run beside the session and come back
as messages. Orders are answered by the CLI whenever it likes, or given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from greenroom.runtime import handles
from greenroom.session.conversing import ConversingActor
from greenroom.session.messages import (
    CallbackOverdue,
    CallbackReturned,
    Order,
    PostponedOverdue,
    ServerSpoke,
)
from greenroom.session.orders import OrderOverdue
from greenroom.session.standing import Standing
from greenroom.values.errors import ControlLost
from greenroom_protocol import LocalProtocolError

if TYPE_CHECKING:
    from greenroom.backends.events import Question
    from greenroom.callbacks import Runner
    from greenroom.session.desk import Desk
    from greenroom.session.lane import Lane
    from greenroom.session.postponed import Postponed
    from greenroom.values.errors import GreenroomError

__all__ = ["ControllingActor"]

_INTERRUPT: Final = "interrupt"
"""The order that ends a turn, which has to know why."""


class ControllingActor(ConversingActor):
    """Answers questions and carries out orders; see the module."""

    _stopping = False
    _runs: Runner | None = None
    _standing: Standing | None = None
    _postponed: Postponed | None = None

    # --- questions --------------------------------------------------------------------------

    def _on_question(self, lane: Lane, question: Question) -> None:
        if lane.desk is None:
            lane.desk = self._open_desk(lane)
        lane.desk.ask(question, lane.reader(question))

    def _open_desk(self, lane: Lane) -> Desk:
        # Imported here: in most sessions the CLI asks nothing.
        from greenroom.session.callbacks import UNATTENDED  # noqa: PLC0415 - see above
        from greenroom.session.desk import Desk  # noqa: PLC0415 - see above

        callbacks, runner = self._setup.callbacks or UNATTENDED, self._runner()
        return Desk(
            self,
            lane.conversation,
            callbacks,
            runner=runner,
            write=lane.write,
            mask=lane.mask,
            origins=lane.origins,
        )

    def _runner(self) -> Runner:
        if self._runs is None:
            from greenroom.callbacks import Runner  # noqa: PLC0415 - as above

            self._runs = Runner(self._setup.crew)
        return self._runs

    def _close_runner(self) -> None:
        if self._runs is not None:
            self._runs.close()

    @handles(CallbackReturned)
    def _on_callback_returned(self, message: CallbackReturned) -> None:
        message.entry.desk.returned(message)

    @handles(CallbackOverdue)
    def _on_callback_overdue(self, message: CallbackOverdue) -> None:
        message.entry.desk.overdue(message)

    @handles(ServerSpoke)
    def _on_server_spoke(self, message: ServerSpoke) -> None:
        message.desk.speak(message.server, message.message)

    # --- orders -----------------------------------------------------------------------------

    @handles(Order)
    def _on_order(self, order: Order) -> None:
        try:
            self._carry_out(order)
        except LocalProtocolError as error:
            self._settle(order, None, error)

    def _carry_out(self, order: Order) -> None:
        lane = self._lane
        if self._stopping:
            self._give_up_order(order, "the session was stopped")
        elif lane is None and order.name == _INTERRUPT:
            order.reply.settle(None)
        elif lane is None and order.changes:  # the next process will begin with them
            self._propose(order)
            self._settle(order, None, None)
        elif self._conversation_lost():  # a new process would begin another one unseen
            self._give_up_order(order, "its process ended, and the conversation was stored nowhere")
        elif lane is None and self._recovery.parked:
            self._give_up_order(order, f"the session is parked: {self._recovery.parked_for}")
        elif (lane is not None and lane.closing) or (lane is None and self._recovery.blocked):
            self._postpone(order)
        else:
            self._give_order(lane or self._open_lane(self._beginning()), order)

    def _postpone(self, order: Order) -> None:
        """Have an order wait for the next process."""
        if self._postponed is None:
            from greenroom.session.postponed import Postponed  # noqa: PLC0415 - few orders have to wait

            self._postponed = Postponed(self._cell.after)
        if self._postponed.full:
            self._give_up_order(order, "too many orders wait for the next process already")
        else:
            self._postponed.wait(order)

    def _take_postponed(self) -> list[Order]:
        return [] if self._postponed is None else self._postponed.take_all()

    def _give_order(self, lane: Lane, order: Order) -> None:
        if order.changes:
            self._propose(order)
        request_id, line = lane.conversation.order(order.request, order.changes)
        overdue = self.after(order.seconds, OrderOverdue(lane.orders, request_id))
        lane.orders.give(request_id, order, overdue, self._settle)
        if order.name == _INTERRUPT and lane.flight is not None:
            self._abort(lane, line, "the session was interrupted")
        else:
            lane.write(line)

    def _propose(self, order: Order) -> None:
        self._stand().order(order)
        self._setup = self._setup._replace(options=self._stand().options)

    def _stand(self) -> Standing:
        if self._standing is None:
            self._standing = Standing(self._setup.backend, self._setup.options)
        return self._standing

    def _give_up_order(self, order: Order, why: str) -> None:
        self._settle(order, None, ControlLost(f"{order.name!r}: {why}", order=order.name))

    def _settle(
        self, order: Order, answer: Any, error: GreenroomError | LocalProtocolError | None
    ) -> None:
        if order.changes:
            standing = self._stand()
            standing.settle(order, obeyed=error is None)
            self._setup = self._setup._replace(options=standing.options)
        if error is None:
            order.reply.settle(answer)
        else:
            order.reply.fail(error)

    def _carry_out_postponed(self) -> None:
        """Carry out what was ordered while the last process was on its way out."""
        for order in self._take_postponed():
            self._on_order(order)

    def _drop_postponed(self) -> None:
        """Give up what was ordered and will not be carried out: the session stops."""
        for order in self._take_postponed():
            self._give_up_order(order, "the session was stopped")

    @handles(PostponedOverdue)
    def _on_postponed_overdue(self, message: PostponedOverdue) -> None:
        overdue = None if self._postponed is None else self._postponed.overdue(message)
        if overdue is not None:
            order, error = overdue
            self._settle(order, None, error)

    @handles(OrderOverdue)
    def _on_order_overdue(self, message: OrderOverdue) -> None:
        message.orders.overdue(message)
