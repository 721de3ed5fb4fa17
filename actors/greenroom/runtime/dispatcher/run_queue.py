"""What a dispatcher has to run next, first in, first out.

Any thread appends, one thread takes out. There is no lock: `deque.append` and
`deque.popleft` are atomic, and "append, then look at the flag" on one side
against "set the flag, then look at the deque" on the other loses nothing as long
as all threads agree on one order of these steps. The GIL gives that order; on a
free-threaded build each side would need a fence between its two steps.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from greenroom.runtime.errors import DispatcherClosed
from greenroom.runtime.process_mark import ProcessMark

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RunQueue"]


class RunQueue:
    """The calls that are ready, and how to wake up who makes them.

    Attributes:
        items: the calls. Inboxes append their actor's drain right here.
        wake: makes sure that the dispatcher looks at `items` soon.
        closed: nothing that is put from now on would be run.
        mark: the process whose threads serve the queue.
    """

    __slots__ = ("closed", "items", "mark", "wake")

    def __init__(self, wake: Callable[[], None]) -> None:
        self.items: deque[Callable[[], object]] = deque()
        self.wake = wake
        self.closed = False
        self.mark = ProcessMark()

    def put(self, call: Callable[[], object]) -> None:
        """Have `call` made on the dispatcher, after all that was put before.

        Raises:
            DispatcherClosed: it will not be made, now or later.
            ForkedProcess: in a fork of the dispatcher's process.
        """
        self.require_open()
        try:
            self.items.append(call)
            self.wake()
        except BaseException:
            # An interrupt between the two would leave the call there and nobody awake.
            self.wake()
            raise
        if self.closed:
            self._withdraw(call)

    def require_open(self) -> None:
        """Raise what `put` would raise."""
        self.mark.require("this dispatcher")
        if self.closed:
            raise DispatcherClosed("this dispatcher is closed and runs nothing any more")

    def take(self) -> Callable[[], object] | None:
        """Take out the next call, or None when there is none."""
        try:
            return self.items.popleft()
        except IndexError:
            return None

    def _withdraw(self, call: Callable[[], object]) -> None:
        # Closed between our look and our append: either the last drain still took
        # the call, or it stays here for ever and the caller must know.
        try:
            self.items.remove(call)
        except ValueError:
            return
        raise DispatcherClosed("this dispatcher closed before it could run the call")
