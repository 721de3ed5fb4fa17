"""The warden's one loop: take orders, reap, end what has to end.

Nothing in it waits but the poll, so that no agent can delay another: a program on a disk that does
not answer, a host that does not listen, a process that cannot be killed.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final, final

from greenroom.runtime.warden.agent import Agent
from greenroom.runtime.warden.birth import failure_of, give_birth
from greenroom.runtime.warden.cgroups import Groups
from greenroom.runtime.warden.estates import Estates
from greenroom.runtime.warden.kernel import adopt_orphans
from greenroom.runtime.warden.kinship import (
    children_of,
    descendants_of,
    kinship_is_shown,
    started_at,
)
from greenroom.runtime.warden.marks import Marks
from greenroom.runtime.warden.signals import do_nothing, drain, listen_for_signals
from greenroom.runtime.warden.wire import (
    KILL,
    KILL_ALL,
    ORDER,
    ORDER_DESCRIPTORS,
    PACKET_BYTES,
    Born,
    Failed,
    Order,
    Over,
    Ready,
    Signal,
    Unable,
    encode,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["run"]

_FAREWELL_SECONDS: Final = 1.5
"""What all agents get to end by themselves when the host is gone, after SIGTERM."""

_CLEARING_SECONDS: Final = 1.0
"""How long the descendants of an ended agent may take to die before the end is reported."""

_MOURNING_SECONDS: Final = 0.25
"""Between the first socket that an ending host closes and the news of its end."""

_LAST_SECONDS: Final = 30.0
"""After that, what SIGKILL did not end waits inside the kernel, and nobody can do more."""

_PACE_SECONDS: Final = 0.01
"""Between two looks at processes that were killed: those of others tell nobody when they end."""

_SECOND_LOOK_SECONDS: Final = 1.0
"""Between two looks at what SIGKILL did not end in time, after that was reported."""


def run(*, host_socket: int, host: int, groups: str) -> None:
    """Be the warden of `host` until it is gone; see the package.

    Args:
        host_socket: descriptor of the socket that is shared with the host.
        host: its process id.
        groups: what the name of its control group begins with; empty for none.
    """
    common = socket.socket(fileno=host_socket)
    common.set_inheritable(False)
    try:
        adopt_orphans()
        watch = os.pidfd_open(host)
        problem = "" if kinship_is_shown() else "/proc is missing, or of another pid namespace"
    except (AttributeError, OSError) as error:
        problem = str(error)
    if problem:
        common.send(encode(Unable(problem)))
        return
    if os.getppid() == host:  # else it has ended already
        _Warden(common, watch, Groups.open(groups) if groups else None).run()


@final
class _Warden:
    def __init__(self, common: socket.socket, host: int, groups: Groups | None) -> None:
        self._common = common
        self._host = host
        self._marks = Marks.choose()
        self._groups = groups
        self._living: dict[int, Agent] = {}
        self._ended: list[Agent] = []
        self._abandoned: list[Agent] = []
        self._estates = Estates()
        self._strays_left = False
        self._serial = 0
        self._asked_to_kill = False
        self._ready: dict[int, Callable[[], object]] = {}
        self._poll = select.epoll()

    def run(self) -> None:
        """Serve the host, then end what it left."""
        waker = listen_for_signals()
        self._common.setblocking(False)
        self._listen(waker, partial(drain, waker))
        self._listen(self._common.fileno(), self._take_order)
        self._listen(self._host, self._host_gone)
        top = "" if self._groups is None else self._groups.top
        try:
            self._common.send(encode(Ready(self._marks.first, top)))
        except OSError:
            self._host_gone()
        try:
            while self._host >= 0:
                self._serve()
        finally:  # also after a fault of our own: what is not watched over must not live
            self._end_all()

    def _serve(self) -> None:
        for fd, _ in self._poll.poll(self._patience()):
            # An earlier one of this round may have closed it.
            self._ready.get(fd, lambda: None)()
        if self._host >= 0:
            self._kill_abandoned()
            self._reap()
            self._clear()

    def _listen(self, fd: int, call: Callable[[], object]) -> None:
        self._poll.register(fd, select.EPOLLIN)
        self._ready[fd] = call

    def _ignore(self, fd: int) -> None:
        if self._ready.pop(fd, None) is not None:
            self._poll.unregister(fd)

    def _patience(self) -> float | None:
        if self._ended or self._abandoned:
            return _PACE_SECONDS
        return _SECOND_LOOK_SECONDS if self._strays_left else None

    def _host_gone(self) -> None:
        self._host = -1

    # --- starting ----------------------------------------------------------------------------

    def _take_order(self) -> None:
        try:
            said, fds, _, _ = socket.recv_fds(
                self._common, PACKET_BYTES, ORDER_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
        except BlockingIOError:
            return
        except OSError:
            said, fds = b"", []
        if said != ORDER:
            self._asked_to_kill = said == KILL_ALL
            self._host_gone()
        elif fds:
            self._start(socket.socket(fileno=fds[0]), fds[1:])

    def _start(self, control: socket.socket, fds: list[int]) -> None:
        control.setblocking(False)
        try:
            news = self._give_birth(fds, control)
        finally:
            for fd in fds:  # before it is told: the pipes are the agent's alone from then on
                os.close(fd)
        try:
            control.send(encode(news))
        except OSError:  # a host that let go of it meanwhile; its agent is ended for that
            pass
        if isinstance(news, Failed):
            control.close()

    def _give_birth(self, fds: list[int], control: socket.socket) -> Born | Failed:
        if len(fds) + 1 < ORDER_DESCRIPTORS:  # the kernel drops what there is no room for
            return Failed("start", _EMFILE)
        paper, stdin, stdout, stderr = fds
        order = _read_order(paper)
        try:
            # Listen first: where that is refused, nothing is started that nobody could end.
            self._listen(control.fileno(), do_nothing)
            agent = self._born(order, (stdin, stdout, stderr), control)
        except OSError as error:
            self._ignore(control.fileno())
            return failure_of(error, order)
        self._living[agent.pid] = agent
        self._ready[agent.fileno()] = partial(self._hear_wish, agent)
        return Born(agent.pid)

    def _born(self, order: Order, streams: tuple[int, int, int], control: socket.socket) -> Agent:
        self._serial = serial = self._serial + 1
        groups = self._groups
        pid = 0
        try:
            with groups.entered(serial) if groups else nullcontext(), self._marks.worn(serial):
                pid = give_birth(order, streams)
        except OSError:
            if pid:  # the way back out of its group was refused: nobody could end it later
                _send(signal.SIGKILL, (pid,))
            raise
        return Agent(serial, pid, order.scratch, control)

    # --- wishes of the host ------------------------------------------------------------------

    def _hear_wish(self, agent: Agent) -> None:
        said = agent.hear()
        if said is None:
            return
        wish = parse(said) if said not in {b"", KILL} else None
        if isinstance(wish, Signal):
            agent.signal(wish.number)
            return
        if said == KILL:
            self._kill(agent)
        else:  # the host let go of it, or is just about to end and will be mourned in a moment
            self._ignore(agent.fileno())
            agent.kill_at = time.monotonic() + _MOURNING_SECONDS
            self._abandoned.append(agent)

    def _kill_abandoned(self) -> None:
        self._abandoned = [agent for agent in self._abandoned if agent.lives]
        for agent in self._abandoned:
            if time.monotonic() >= agent.kill_at:
                self._kill(agent)

    def _kill(self, agent: Agent) -> None:
        if self._groups is not None:
            self._groups.kill(agent.serial)
        if agent.lives:
            _send(signal.SIGKILL, (agent.pid, *descendants_of((agent.pid,))))

    # --- endings -----------------------------------------------------------------------------

    def _reap(self) -> bool:
        """Take away all zombies; return whether there is anybody left to wait for."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            agent = self._living.pop(pid, None)  # its pid is free for others from here on
            if agent is not None:
                agent.status = status
                agent.deadline = time.monotonic() + _CLEARING_SECONDS
                self._ended.append(agent)

    def _clear(self) -> None:
        """End what ended agents left behind, and report those of which nothing is left."""
        if not self._ended and not self._strays_left:
            return
        left = self._left_by_the_ended()
        self._strays_left = any(left.values())
        waiting = []
        for agent in self._ended:
            remaining = left.get(agent.serial, 0)
            if remaining and time.monotonic() < agent.deadline:
                waiting.append(agent)
            else:
                self._report(agent, remaining)
        self._ended = waiting

    def _report(self, agent: Agent, remaining: int) -> None:
        assert agent.status is not None  # it has ended
        self._ignore(agent.fileno())
        if self._groups is not None:
            self._groups.remove(agent.serial)
        self._estates.leave(agent.scratch)  # the host may be dying as it is told
        agent.say(Over(agent.status, remaining))
        agent.close()

    def _left_by_the_ended(self) -> dict[int, int]:
        """Kill what nobody living can be responsible for; return how many each agent left.

        A process whose parent has ended is our child. Whose it was, its group or its mark tells;
        one without either is ended as soon as no agent lives that is old enough to have started it.
        """
        living = self._living
        serials = {agent.serial for agent in living.values()}
        left: dict[int, int] = {}
        if self._groups is not None:
            for agent in self._ended:
                if not self._groups.remove(agent.serial):
                    self._groups.kill(agent.serial)
                    left[agent.serial] = len(self._groups.members(agent.serial))
        for orphan in children_of(os.getpid()):
            if orphan in living:
                continue
            serial = self._marks.serial_of(orphan)
            if serial in serials or (serial is None and _has_suspects(orphan, living.values())):
                continue
            family = (orphan, *descendants_of((orphan,)))
            _send(signal.SIGKILL, family)
            if serial is not None:
                left[serial] = left.get(serial, 0) + len(family)
        return left

    # --- the end of the host -----------------------------------------------------------------

    def _end_all(self) -> None:
        """End every agent: politely first, unless told otherwise; remove what they had."""
        agents = [*self._living.values(), *self._ended]
        start = time.monotonic()
        kill_from = start if self._asked_to_kill else start + _FAREWELL_SECONDS
        if not self._asked_to_kill:
            everybody = descendants_of((os.getpid(),))
            _send(signal.SIGTERM, everybody)
            _send(signal.SIGCONT, everybody)  # one that is stopped does not see the first
        while self._reap() and time.monotonic() < kill_from + _LAST_SECONDS:
            if time.monotonic() >= kill_from:
                if self._groups is not None:
                    self._groups.kill_all()
                _send(signal.SIGKILL, (*self._living, *descendants_of((os.getpid(),))))
            time.sleep(_PACE_SECONDS)  # the poll would not wait: the host's end stays readable
        if self._groups is not None:
            self._groups.close()
        for agent in agents:
            self._estates.leave(agent.scratch)
        self._estates.remove()


_EMFILE: Final = 24


def _read_order(fd: int) -> Order:
    return Order.decode(os.pread(fd, os.fstat(fd).st_size, 0))


def _has_suspects(orphan: int, living: Iterable[Agent]) -> bool:
    """Whether an agent lives that is old enough to have started `orphan`."""
    born = started_at(orphan)  # None for one that is hidden from us: anybody may have started it
    return any(born is None or agent.born <= born for agent in living)


def _send(number: int, pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:  # it has just ended, or is another user's
            pass
