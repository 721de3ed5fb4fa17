"""What callers of actors and dispatchers can do wrong, or run into.

`pykka.ActorDeadError` and `pykka.Timeout` keep their meaning and are raised as
they are; the errors here say what pykka has no word for.
"""

from __future__ import annotations

__all__ = ["ActorError", "DispatcherClosed", "ForkedProcess", "MailboxFull", "WouldBlock"]


class ActorError(Exception):
    """The root of the runtime's own errors."""


class DispatcherClosed(ActorError):
    """The dispatcher runs nothing any more; start a new one."""


class ForkedProcess(ActorError):
    """The caller is a fork of the process that the dispatcher runs in.

    Threads do not survive `os.fork()`: nobody would ever run what is asked of
    this copy. Create a dispatcher of your own after the fork.
    """


class WouldBlock(ActorError):
    """A dispatcher's own thread was about to wait for something it has to run.

    Waiting there stops every actor of that dispatcher, most likely for ever.
    Ask with `block=False` and take the answer from a message, or wait on
    another thread.
    """


class MailboxFull(ActorError):
    """An actor's mailbox holds as many messages as it may; this one was not taken.

    Attributes:
        name: the actor, as `str(ref)` gives it.
        bound: how many messages wait there at most.
    """

    def __init__(self, name: str, bound: float) -> None:
        super().__init__(name, bound)
        self.name = name
        self.bound = bound

    def __str__(self) -> str:
        return (
            f"the mailbox of {self.name} is full at {self.bound} messages and took no more; "
            "send slower, wait for answers, or raise the actor's `mailbox_bound`"
        )
