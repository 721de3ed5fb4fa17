"""Control groups: where one may be made, the kernel itself keeps account of an agent's processes.

No privilege is needed but a writable directory in the version 2 hierarchy: root has one, and so has
whoever was delegated one (``systemd-run --user --scope -p Delegate=yes``). A group is ended by the
kernel in one go (`cgroup.kill`, Linux 5.14), whatever its processes are doing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, final

from greenroom.runtime.warden.kinship import started_at

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Groups", "end_group"]


@final
class Groups:
    """One group for all agents of a warden, and one in it for each.

    Attributes:
        top: directory of the group for all.

    Args:
        top: see above.
        home: the group this process is in.
    """

    def __init__(self, top: str, home: str = "") -> None:
        self.top = top
        self._home = home

    @classmethod
    def open(cls, prefix: str) -> Groups | None:
        """Make the group for all; None where that is not allowed or the kernel is too old.

        Empty groups of hosts that are gone, and were killed with their wardens, are removed.

        Args:
            prefix: what its name begins with: ``greenroom-<pid>.<start>.<realm>-`` of the host.
        """
        for home in _own_groups():
            groups = cls(os.path.join(home, f"{prefix}{os.getpid()}"), home)
            try:
                os.mkdir(groups.top)
                # Whether a process may be moved has more reasons than one can read: try it.
                with groups.entered(0):
                    able = os.path.exists(os.path.join(groups._path(0), "cgroup.kill"))
                groups.remove(0)
            except OSError:
                able = False
            if able:
                _sweep(home, prefix)
                return groups
            groups.close()
        return None

    @contextmanager
    def entered(self, serial: int) -> Iterator[None]:
        """Make the group of an agent, and have what is started meanwhile be born in it.

        Raises:
            OSError: the system refuses.
        """
        path = self._path(serial)
        os.mkdir(path)
        _move_to(path)
        try:
            yield
        finally:
            _move_to(self._home)

    def members(self, serial: int) -> list[int]:
        """Return the processes in the group of an agent; those that have ended do not count."""
        try:
            with open(os.path.join(self._path(serial), "cgroup.procs"), "rb") as file:
                return [int(line) for line in file]
        except OSError:
            return []

    def kill(self, serial: int) -> None:
        """Send SIGKILL to all in the group of an agent."""
        end_group(self._path(serial))

    def kill_all(self) -> None:
        """Send SIGKILL to all agents and all they started."""
        end_group(self.top)

    def remove(self, serial: int) -> bool:
        """Remove the group of an agent, if it is empty; return whether it is gone."""
        return _remove(self._path(serial))

    def close(self) -> None:
        """Remove what is empty."""
        try:
            for entry in os.scandir(self.top):
                if entry.is_dir():
                    _remove(entry.path)
        except OSError:
            pass
        _remove(self.top)

    def _path(self, serial: int) -> str:
        return os.path.join(self.top, f"agent-{serial}")


def end_group(path: str) -> None:
    """Send SIGKILL to all in the group at `path` and in those below it."""
    try:
        _write(os.path.join(path, "cgroup.kill"), b"1")
    except OSError:  # it is gone
        pass


def _move_to(group: str) -> None:
    _write(os.path.join(group, "cgroup.procs"), b"0")


def _write(path: str, text: bytes) -> None:
    fd = os.open(path, os.O_WRONLY)  # never creates a file
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


def _remove(path: str) -> bool:
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:  # somebody is in it
        return False
    return True


def _sweep(home: str, prefix: str) -> None:
    """Remove the empty groups in `home` whose hosts are gone, as seen from this pid namespace."""
    realm = _owner_of(prefix)[2]
    try:
        names = os.listdir(home)
    except OSError:  # it may be written but not read
        return
    for name in names:
        pid, started, of = _owner_of(name)
        if of == realm and pid.isdigit() and str(started_at(int(pid))) != started:
            Groups(os.path.join(home, name)).close()


def _owner_of(name: str) -> tuple[str, str, str]:
    """Return pid, start and realm of the host in the name of a group; empty for other names."""
    head, _, rest = name.partition("-")
    owner = rest.partition("-")[0].split(".")
    return (owner[0], owner[1], owner[2]) if head == "greenroom" and len(owner) == 3 else ("",) * 3  # noqa: PLR2004 - those three


def _own_groups() -> Iterator[str]:
    """Yield the directories, one per place it is mounted at, of the group this process is in."""
    try:
        with open("/proc/self/cgroup", encoding="utf-8", errors="surrogateescape") as file:
            own = next(line[3:].rstrip("\n") for line in file if line.startswith("0::"))
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            mounts = [line.split() for line in file if " - cgroup2 " in line]
    except (OSError, StopIteration):
        return
    for _, _, _, root, point, *_ in mounts:
        if os.path.commonpath((root, own)) == root:
            yield os.path.join(point, os.path.relpath(own, root))
