"""Where records of agents are kept: one file each, one writer, never a half one."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from typing import TYPE_CHECKING, Final, Self, final

import msgspec

from greenroom.agents.declaration import check_agent_name
from greenroom.agents.errors import AgentsRunningError, StateDirectoryError
from greenroom.agents.private_directory import PrivateDirectory
from greenroom.agents.record import FORMAT, AgentRecord
from greenroom.runtime.log import report_text
from greenroom.runtime.process.fork_guard import let_go_after_fork

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RecordStore"]

_LOCK: Final = "lock"
_RECORD: Final = ".json"
_CORRUPT: Final = ".corrupt"
_LARGEST: Final = 1024 * 1024
_LOCK_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@final
class RecordStore:
    """The records of one fleet, held by one host at a time until it closes or is gone.

    All methods may be called from any thread. All but `put` block: an actor calls them on a worker.

    Args:
        directory: where they are kept; see `PrivateDirectory` for what it must be, and
            `greenroom.agents.state_directory` for where it usually is.

    Attributes:
        directory: the same.
        set_aside: records that could not be read: the agent's name, and why. Each is kept beside
            the others as ``NAME.corrupt``.

    Raises:
        AgentsRunningError: another host holds them.
        StateDirectoryError: the directory cannot be used.
    """

    def __init__(self, directory: Path) -> None:
        self.directory: Final = directory
        self.set_aside: dict[str, str] = {}
        self._pending: dict[str, AgentRecord] = {}
        self._pending_lock = threading.Lock()
        self._file_lock = threading.RLock()
        self._files = PrivateDirectory(directory)
        self._held = -1
        try:
            self._held = self._hold()
            self._files.remove_unfinished()
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise self._files.failure(error) from error
            raise

    def load(self, name: str) -> AgentRecord | None:
        """Return what is remembered of an agent; None: nothing, or nothing that can be read.

        What was put and could not be written yet is remembered, too. What cannot be read is set
        aside and reported, and is no error.

        Raises:
            StateDirectoryError: the disk, or a permission, stands in the way.
        """
        check_agent_name(name)
        with self._file_lock:
            self._require_open()
            with self._pending_lock:
                pending = self._pending.get(name)
            if pending is not None:
                return pending
            try:
                content = self._files.read(name + _RECORD, _LARGEST)
                return None if content is None else _decoded(name, content)
            except (ValueError, msgspec.MsgspecError) as error:
                self._put_aside(name, str(error))
                return None
            except OSError as error:
                raise self._files.failure(error) from error

    def put(self, record: AgentRecord) -> None:
        """Take a record, to be written by the next `flush`; never blocks.

        Of several that an agent put the last one counts, whichever thread flushes when.
        """
        check_agent_name(record.name)
        with self._pending_lock:
            self._pending[record.name] = record

    def flush(self) -> None:
        """Write what was put; it is on the disk when this returns.

        Raises:
            StateDirectoryError: something could not be written; it is tried again by the next call.
        """
        with self._file_lock:
            with self._pending_lock:
                due, self._pending = self._pending, {}
            try:
                self._require_open()
                for name in tuple(due):
                    self._files.write(name + _RECORD, msgspec.json.encode(due[name]) + b"\n")
                    del due[name]
            except OSError as error:
                raise self._files.failure(error) from error
            finally:
                with self._pending_lock:
                    self._pending = due | self._pending

    def save(self, record: AgentRecord) -> None:
        """Put a record and flush."""
        self.put(record)
        self.flush()

    def forget(self, name: str) -> None:
        """Remove what is remembered of an agent, if anything is.

        Raises:
            StateDirectoryError: it cannot be removed.
        """
        check_agent_name(name)
        with self._file_lock:
            self._require_open()
            with self._pending_lock:
                self._pending.pop(name, None)
            try:
                self._files.remove(name + _RECORD)
            except OSError as error:
                raise self._files.failure(error) from error

    def close(self) -> None:
        """Let another host have the records. What was not flushed is lost. Idempotent."""
        with self._file_lock:
            if self._held >= 0:
                fcntl.flock(self._held, fcntl.LOCK_UN)  # for copies of it, too
            self.disown()

    def disown(self) -> None:
        """Let go of everything; for a fork, in which nobody else can be at work."""
        self._files.close()
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hold(self) -> int:
        """Return the descriptor of the lock, which this process has from now on."""
        fd = os.open(_LOCK, _LOCK_FLAGS, 0o600, dir_fd=self._files.fd)
        try:
            os.fchmod(fd, stat.S_IRUSR | stat.S_IWUSR)
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            holder = os.pread(fd, 20, 0).decode("ascii", "replace").strip()
            os.close(fd)
            raise AgentsRunningError(
                f"these agents are kept up already{f' by process {holder}' if holder else ''}: "
                f"the records in {self.directory} can have one host; stop that one first, with "
                "`greenroom stop`"
            ) from None
        except BaseException:
            os.close(fd)
            raise
        let_go_after_fork(self)
        return fd

    def _put_aside(self, name: str, why: str) -> None:
        self.set_aside[name] = why
        try:
            self._files.rename(name + _RECORD, name + _CORRUPT)
        except OSError as error:
            why = f"{why}; it could not be renamed: {error}"
        path = str(self.directory / (name + _CORRUPT))
        report_text(__name__, "agent_record_corrupt", agent=name, kept_as=path, why=why)

    def _require_open(self) -> None:
        if self._held < 0:
            raise StateDirectoryError(
                f"the records in {self.directory} were closed; open a RecordStore of them anew"
            )


def _decoded(name: str, content: bytes) -> AgentRecord:
    try:
        record = msgspec.json.decode(content, type=AgentRecord)
    except RecursionError:
        raise ValueError("it is nested without end") from None
    if record.format != FORMAT:
        raise ValueError(f"it has the form {record.format}, and {FORMAT} is what is understood")
    if record.name != name:
        raise ValueError(f"it is the record of {record.name!r:.100}")
    return record
