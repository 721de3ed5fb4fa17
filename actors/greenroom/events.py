"""What happens in a system, for any actor to subscribe to.

    from greenroom.events import SessionGaveUp, SessionParked

    system.events.subscribe(self.actor_ref, SessionParked, SessionGaveUp)

Subscribing to a base, `SessionEvent` or `SupervisionReport`, is subscribing to all below it. The
same are records of the log, under stable names; see docs/recovery.md.
"""

from greenroom.runtime.event_stream import EventStream, Subscription
from greenroom.runtime.supervision.reports import (
    ChildExited,
    ChildNotStarted,
    ChildNotStopped,
    ChildRestarted,
    SupervisionReport,
    SupervisorGaveUp,
)
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
)
from greenroom.values.ladder import Impasse, Rung

__all__ = [
    "ChildExited",
    "ChildNotStarted",
    "ChildNotStopped",
    "ChildRestarted",
    "ConversationReset",
    "EventStream",
    "Impasse",
    "ProcessLost",
    "ProcessRetired",
    "ProcessStarted",
    "Rung",
    "SessionEvent",
    "SessionGaveUp",
    "SessionParked",
    "SessionReleased",
    "SessionWorked",
    "Subscription",
    "SupervisionReport",
    "SupervisorGaveUp",
    "TurnRepeated",
]
