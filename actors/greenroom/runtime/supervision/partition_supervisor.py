"""Several children that do the same, each for its part of the keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

import msgspec

from greenroom.runtime.backoff import Backoff
from greenroom.runtime.supervision.check import check_childspecs
from greenroom.runtime.supervision.child_spec import ChildSpec
from greenroom.runtime.supervision.errors import BadFlag, PartitionDown
from greenroom.runtime.supervision.flags import Flags
from greenroom.runtime.supervision.handle import Handle, wait_for
from greenroom.runtime.supervision.launch import Boot, Launch
from greenroom.runtime.supervision.supervisor_actor import SupervisorActor

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.runtime.dispatcher.base import Dispatcher
    from greenroom.runtime.event_stream import EventStream
    from greenroom.runtime.future import Future
    from greenroom.runtime.supervision.child import Child, ChildCounts, ChildInfo

__all__ = ["PartitionSupervisor"]

_BACKOFF = Backoff()


class PartitionSupervisor(Handle):
    """The handle of a supervisor of equal children, among which keys are divided.

    A key belongs to the same partition for as long as the supervisor lives, and in every process
    with as many partitions. Get it from `start` or `begin`.
    """

    __slots__ = ("_children",)

    _children: tuple[Child, ...]

    @classmethod
    def start(
        cls,
        child: ChildSpec | Callable[[int], ChildSpec],
        *,
        partitions: int | None = None,
        intensity: int = 3,
        period: float = 5.0,
        backoff: Backoff = _BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Self:
        """Start a supervisor and a child for every partition; return when all are up.

        Args:
            child: how each is started, or what gives that for the number of a partition, from 0.
                The number takes the place of the id.
            partitions: how many there are; by default as many as the machine has processors.
            intensity: how many restarts there may be within the period. With more it gives up.
            period: in seconds.
            backoff: the pauses between attempts to bring back a child that does not start.
            events: where reports are published, besides the log.
            mask: takes secrets out of the texts of errors before they are reported.
            dispatcher: who runs it; by default the one that runs the caller.

        Raises:
            BadChildSpec: a child or a flag cannot be followed; nothing was started.
            FailedToStartChild: a child did not start; those before it are down again.
            WouldBlock: on a dispatcher's own thread, unless all were up at once; it is called off.
            DispatcherClosed: the dispatcher is closed or closing.
        """
        return wait_for(
            cls.begin(
                child,
                partitions=partitions,
                intensity=intensity,
                period=period,
                backoff=backoff,
                events=events,
                mask=mask,
                dispatcher=dispatcher,
            )
        )

    @classmethod
    def begin(
        cls,
        child: ChildSpec | Callable[[int], ChildSpec],
        *,
        partitions: int | None = None,
        intensity: int = 3,
        period: float = 5.0,
        backoff: Backoff = _BACKOFF,
        events: EventStream | None = None,
        mask: Callable[[str], str] = str,
        dispatcher: Dispatcher | None = None,
    ) -> Boot[Self]:
        """Do what `start` does, without blocking: from any thread, as a child's `start`, too."""
        flags = Flags(intensity=intensity, period=period, backoff=backoff, events=events, mask=mask)
        launch = Launch(_specify(child, _number(partitions)))
        boot = cls._begin(SupervisorActor, launch, dispatcher, flags)
        launch.supervisor._children = launch.children  # noqa: SLF001 - of this very class
        return boot

    @property
    def partitions(self) -> int:
        """How many partitions there are."""
        return len(self._children)

    def partition_of(self, key: Any) -> int:
        """Return the number of the partition of a key: of an int `abs(key) % partitions`.

        Args:
            key: an int, str, bytes, None, or a tuple of these.

        Raises:
            TypeError: it is none of these. (What other objects hash to differs between processes.)
        """
        number = abs(key) if isinstance(key, int) else crc32(_bytes_of(key))
        return number % self.partitions

    def route(self, key: Any) -> Any:
        """Return the child that a key belongs to, as its start gave it; from any thread.

        Raises:
            PartitionDown: it does not run at present.
            TypeError: as `partition_of`.
        """
        number = self.partition_of(key)
        life = self._children[number].life
        if life is None or not life.active:
            raise PartitionDown(number)
        return life.child

    def which_children(self) -> Future[list[ChildInfo]]:
        """Return a line for each partition, the last first; ids are their numbers."""
        return self._ask(SupervisorActor.which_children)

    def count_children(self) -> Future[ChildCounts]:
        """Return how many partitions there are."""
        return self._ask(SupervisorActor.count_children)


def _number(partitions: int | None) -> int:
    if partitions is None:
        return os.cpu_count() or 1
    if type(partitions) is not int or partitions < 1:
        raise BadFlag(f"`partitions` is an int from 1, not {partitions!r}", code="bad_partitions")
    return partitions


def _specify(child: ChildSpec | Callable[[int], ChildSpec], partitions: int) -> list[ChildSpec]:
    specs = [child if isinstance(child, ChildSpec) else child(i) for i in range(partitions)]
    check_childspecs(specs[:1])
    return [msgspec.structs.replace(spec, id=number) for number, spec in enumerate(specs)]


def _bytes_of(key: Any) -> bytes:
    if isinstance(key, tuple):
        parts = [_bytes_of(part) for part in key]
        return b"t" + b"".join(b"%d:%s" % (len(part), part) for part in parts)
    match key:
        case None:
            return b"n"
        case str():
            return b"s" + key.encode(errors="surrogatepass")
        case bytes():
            return b"b" + key
        case int():
            return b"i%d" % key
    raise TypeError(
        f"a {type(key).__qualname__} has no hash that is the same in every process; route by an "
        "int, a str, bytes, None, or a tuple of these"
    )
