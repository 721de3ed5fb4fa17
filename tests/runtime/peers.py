"""Actors to link: two of this runtime, one that traps its exits, and a plain one."""

from __future__ import annotations

import pykka
from structlog.testing import capture_logs

from greenroom.runtime import KILLED, NO_PROC, NORMAL, SHUTDOWN, Actor, Crash, ShutdownWith
from greenroom.runtime.stop_flag import StopFlag

CRASH = Crash(ValueError("no"))
REASONS = [NORMAL, SHUTDOWN, ShutdownWith("tired"), CRASH, KILLED, NO_PROC]
NAMES = [type(reason).__name__ for reason in REASONS]


class Peer(Actor):
    """Does what it is told to; ends with the reason that it is sent."""

    mailbox_bound = None

    def __init__(self, seen=None):
        super().__init__()
        self.seen = [] if seen is None else seen

    def on_receive(self, message):
        if type(message) in map(type, REASONS):
            self.terminate(message)
        elif callable(message):
            return message(self)
        else:
            self.seen.append(message)
        return None


class Trapper(Peer):
    """Lives on when a peer ends."""

    trap_exits = True


class Plain(pykka.ThreadingActor):
    """A stranger's actor; raises what can be raised."""

    use_daemon_thread = True

    def __init__(self, ended=None):
        super().__init__()
        self.ended = ended

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message

    def on_stop(self):
        if self.ended is not None:
            self.ended.put("on_stop")


def end(manual, ref, reason):
    ref.tell(reason)
    with capture_logs():
        manual.run_until_idle()


def ties(*refs):
    return [len(StopFlag.of(ref).ties) for ref in refs]
