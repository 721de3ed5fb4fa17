"""What callers of actors and dispatchers can do wrong, or run into.

`pykka.ActorDeadError` and `pykka.Timeout` keep their meaning and are raised as
they are; the errors here say what pykka has no word for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pykka import ActorRef

    from greenroom.runtime.exit_reason import ExitReason

__all__ = [
    "ActorError",
    "AlreadyStarted",
    "BadName",
    "DeathPact",
    "DispatcherClosed",
    "ForkedProcess",
    "MailboxFull",
    "NameUnknown",
    "SupervisionError",
    "WouldBlock",
]


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


class DeathPact(ActorError):
    """An actor that this one watched, or whose exit it trapped, ended; and it has no handler.

    It relied on the other, it seems, and did not say what to do without it (M9).

    Attributes:
        ref: the actor that ended.
        reason: why.
    """

    def __init__(self, ref: ActorRef[Any], reason: ExitReason) -> None:
        super().__init__(ref, reason)
        self.ref = ref
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.ref} ended with {self.reason!r}, and this actor does not handle the news; "
            "add a handler for it, or do not watch"
        )


class BadName(ActorError, ValueError):
    """What was given cannot be the name of an actor."""


class NameUnknown(ActorError):
    """No live actor has that name.

    Attributes:
        name: the name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no live actor is named {self.name!r}; see names()"


class SupervisionError(ActorError):
    """The root of the errors of supervision.

    Attributes:
        code: says which one it is, and stays the same for ever.
    """

    code: str = "supervision"


class AlreadyStarted(SupervisionError):
    """It runs already, under this name or as this child.

    Attributes:
        ref: the one that runs; None while it is still being started.
        name: the name that it has, if that is the matter.
    """

    code = "already_started"

    def __init__(self, ref: ActorRef[Any] | None, name: str | None = None) -> None:
        super().__init__(ref, name)
        self.ref = ref
        self.name = name

    def __str__(self) -> str:
        named = "" if self.name is None else f" under the name {self.name!r}"
        if self.ref is None:
            return f"an actor is just being started{named}; look for it later"
        return f"{self.ref} runs already{named}; use it, or stop it first"
