"""Tells which descriptors are ready, and whom to call about each."""

from __future__ import annotations

import select
import selectors
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Poller", "Ready"]

Ready: TypeAlias = list[tuple[int, int]]
"""Descriptors that are ready, and for what."""

_IN: Final = 1
_OUT: Final = 4
"""As the kernel numbers them for epoll; what it adds for an end or an error is neither."""


@final
class Poller:
    """Watches descriptors for one thread.

    One whose other end is gone counts as ready for whatever it is watched for. Must be closed.
    """

    def __init__(self) -> None:
        self._readers: dict[int, Callable[[], object]] = {}
        self._writers: dict[int, Callable[[], object]] = {}
        self._watch = _Epoll() if sys.platform == "linux" else _Selector()
        self._poll = self._watch.poll

    @property
    def watched(self) -> int:
        """How many descriptors are watched for reading."""
        return len(self._readers)

    def add_reader(self, fd: int, fn: Callable[[], object]) -> None:
        """Have `fn` called whenever `fd` can be read; replaces an earlier one.

        Raises:
            OSError: the system cannot watch it, or watches as many as it may.
        """
        self._watch.set(fd, _IN | (_OUT if fd in self._writers else 0))
        self._readers[fd] = fn

    def add_writer(self, fd: int, fn: Callable[[], object]) -> None:
        """Have `fn` called whenever `fd` can be written; replaces an earlier one.

        Raises:
            OSError: as for `add_reader`.
        """
        self._watch.set(fd, _OUT | (_IN if fd in self._readers else 0))
        self._writers[fd] = fn

    def remove_reader(self, fd: int) -> None:
        """Stop watching `fd` for reading; unknown ones are ignored."""
        if self._readers.pop(fd, None) is not None:
            self._watch.set(fd, _OUT if fd in self._writers else 0)

    def remove_writer(self, fd: int) -> None:
        """Stop watching `fd` for writing; unknown ones are ignored."""
        if self._writers.pop(fd, None) is not None:
            self._watch.set(fd, _IN if fd in self._readers else 0)

    def wait(self, seconds: float | None) -> Ready:
        """Wait until something is ready, and return what.

        Args:
            seconds: how long to wait at most; None waits for ever.
        """
        return self._poll(seconds)

    def calls(self, ready: Ready) -> Iterator[Callable[[], object]]:
        """Yield whom to call about what is ready. What such a call lets go of is left out."""
        readers, writers = self._readers, self._writers
        for fd, events in ready:
            if events & ~_OUT and (call := readers.get(fd)) is not None:
                yield call
            if events & ~_IN and (call := writers.get(fd)) is not None:
                yield call

    def close(self) -> None:
        """Let go of all descriptors; removing one later does nothing."""
        self._readers.clear()
        self._writers.clear()
        self._watch.close()


if sys.platform == "linux":

    @final
    class _Epoll:
        """epoll itself: `selectors` takes several times as long for each descriptor."""

        def __init__(self) -> None:
            self._epoll = select.epoll()
            self.poll = self._epoll.poll

        def set(self, fd: int, events: int) -> None:
            if not events:
                with suppress(OSError):  # it was closed before
                    self._epoll.unregister(fd)
                return
            try:
                self._epoll.register(fd, events)
            except FileExistsError:
                self._epoll.modify(fd, events)

        def close(self) -> None:
            self._epoll.close()


_SELECTED: Final = {_IN: selectors.EVENT_READ, _OUT: selectors.EVENT_WRITE}


@final
class _Selector:
    """The best that the standard library has for this system."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def set(self, fd: int, events: int) -> None:
        wanted = sum(event for bit, event in _SELECTED.items() if events & bit)
        with suppress(KeyError):
            self._selector.unregister(fd)
        if wanted:
            self._selector.register(fd, wanted)

    def poll(self, seconds: float | None) -> Ready:
        return [
            (key.fd, sum(bit for bit, event in _SELECTED.items() if mask & event))
            for key, mask in self._selector.select(seconds)
        ]

    def close(self) -> None:
        self._selector.close()
