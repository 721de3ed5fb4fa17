"""What can be wrong with a supervision tree, or with what is asked of it."""

from __future__ import annotations

from typing import ClassVar

from pykka import ActorDeadError

from greenroom.runtime.errors import AlreadyStarted, SupervisionError

__all__ = [
    "AlreadyPresent",
    "AlreadyStarted",
    "BadChildSpec",
    "BadFlag",
    "BadStart",
    "ChildNotFound",
    "ChildRestarting",
    "ChildRunning",
    "DuplicateChild",
    "FailedToStartChild",
    "MaxChildren",
    "PartitionDown",
    "SupervisionError",
    "SupervisorGone",
]


class BadChildSpec(SupervisionError, ValueError):
    """A specification that cannot be followed.

    Attributes:
        code: names the fault, as in "bad_shutdown".
    """

    def __init__(self, text: str, *, code: str) -> None:
        super().__init__(text)
        self.code = code


class BadFlag(BadChildSpec):
    """A supervisor was given a value that cannot be followed."""


class DuplicateChild(BadChildSpec):
    """Two specifications have one id."""

    def __init__(self, child_id: object) -> None:
        super().__init__(
            f"there are two children with the id {child_id!r}; give each its own",
            code="duplicate_child",
        )
        self.child_id = child_id


class BadStart(SupervisionError):
    """What a child's `start` gave is not a child."""

    code = "bad_start"


class _AboutChild(SupervisionError):
    """An error that is about a child with an id."""

    text: ClassVar[str]

    def __init__(self, child_id: object) -> None:
        super().__init__(child_id)
        self.child_id = child_id

    def __str__(self) -> str:
        return self.text.format(self.child_id)


class ChildNotFound(_AboutChild):
    """The supervisor has no such child."""

    code = "child_not_found"
    text = "this supervisor has no child {!r}; see which_children()"


class ChildRunning(_AboutChild):
    """The child runs; terminate it first."""

    code = "child_running"
    text = "child {!r} is running; terminate it first"


class ChildRestarting(_AboutChild):
    """The child is about to be started again; terminate it to call that off."""

    code = "child_restarting"
    text = "child {!r} is about to be started again; terminate it to call that off"


class AlreadyPresent(_AboutChild):
    """A child of that id is known, and does not run."""

    code = "already_present"
    text = "child {!r} is there already and does not run; restart it, or delete it first"


class FailedToStartChild(_AboutChild):
    """A child did not start; what it raised is the cause.

    Attributes:
        child_id: which one.
        reason: what it raised.
    """

    code = "failed_to_start_child"
    text = "child {!r} did not start"

    def __init__(self, child_id: object, reason: BaseException) -> None:
        super().__init__(child_id)
        self.reason = reason
        self.__cause__ = reason

    def __str__(self) -> str:
        return f"{super().__str__()}: {type(self.reason).__name__}"


class MaxChildren(SupervisionError):
    """A dynamic supervisor has as many children as it may.

    Attributes:
        limit: how many these are.
    """

    code = "max_children"

    def __init__(self, limit: float) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"this supervisor has {self.limit} children and takes no more; "
            "end one, or raise max_children"
        )


class PartitionDown(_AboutChild):
    """The partition that a key belongs to does not run at present."""

    code = "partition_down"
    text = "partition {!r} does not run at present; it may be back in a moment"


class SupervisorGone(SupervisionError, ActorDeadError):
    """The supervisor has ended, or is ending, and did not get to it."""

    code = "supervisor_gone"
