"""What `/proc` tells of processes and of this one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def descriptors():
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the listing's own descriptor
            found.add((int(link.name), str(link.readlink())))
    return found


def children():
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found |= set((task / "children").read_text().split())
    return found


def state_of(pid):
    """Return the letter that stands for a process's state; None when there is no process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # before it was opened, or after
        return None


def is_alive(pid):
    return state_of(pid) not in (None, "Z")


def running(token):
    """The processes that have `token` on their command line, but for zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if token.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
