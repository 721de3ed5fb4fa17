"""An actor to give names to, and its ends."""

from __future__ import annotations

from structlog.testing import capture_logs

from greenroom.runtime import Actor


class Clerk(Actor):
    """Does what it is told to; keeps the rest."""

    mailbox_bound = 2

    def __init__(self, seen=None):
        super().__init__()
        self.seen = [] if seen is None else seen

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        if callable(message):
            return message(self)
        self.seen.append(message)
        return None


def itself(ref):
    return ref._actor_weakref()


def end(manual, ref, error=None):
    if error is None:
        ref.stop(block=False)
    else:
        ref.tell(error)
    with capture_logs():
        manual.run_until_idle()
