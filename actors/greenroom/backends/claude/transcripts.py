"""Transcripts of Claude Code on disk: which there are, and what they hold. Reading only.

The CLI keeps them as ``<config>/projects/<key>/<session-id>.jsonl``, those of sub-agents below
``<session-id>/subagents/`` (CLI 2.1.329). It needs no process to read them, and a running one is
not disturbed. Every call reads files and blocks: keep it off the dispatcher's thread.

Nothing outside of that directory is ever read, whatever links an agent may have put there.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from greenroom.backends.claude.confined import is_file_within, open_within
from greenroom.values.errors import GreenroomError
from greenroom_protocol.claude.transcript import (
    SessionSummary,
    Transcript,
    TranscriptDecoder,
    UserEntry,
    project_key,
    summarize,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

__all__ = ["SessionInfo", "TranscriptNotFoundError", "TranscriptStore"]

_ENDS_BYTES = 64 * 1024  # how much is read of each end of a file to summarise it
_SESSION_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_AGENT_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_AGENT_FILE = re.compile(rf"agent-({_AGENT_ID.pattern})\.jsonl")


class TranscriptNotFoundError(GreenroomError):
    """There is no transcript of that id.

    Attributes:
        searched: the places that were looked at.
    """

    code = "transcript_not_found"

    def __init__(self, message: str, *, searched: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.searched = searched


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A session on disk; ``modified_at`` is in seconds since the epoch, ``size`` in bytes."""

    session_id: str
    path: Path
    size: int
    modified_at: float
    summary: SessionSummary


class TranscriptStore:
    """The transcripts below one configuration directory. Thread-safe: it holds nothing.

    Args:
        config_directory: the CLI's, by default ``~/.claude``; see ``of``.
    """

    def __init__(self, config_directory: str | os.PathLike[str] = "~/.claude") -> None:
        self._projects = Path(config_directory).expanduser() / "projects"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> TranscriptStore:
        """Return the store that a CLI with this environment uses."""
        home = environment.get("HOME", "~")
        return cls(environment.get("CLAUDE_CONFIG_DIR") or Path(home) / ".claude")

    def sessions(self, cwd: str | os.PathLike[str]) -> list[SessionInfo]:
        """Return the sessions of one working directory, the one written to last first.

        Only the ends of each file are read, so a title in the middle of a very long one may be
        missed. Sub-agents are left out, and so are files with neither a title nor a prompt.
        """
        found = [info for path in self._session_files(cwd) if (info := self._inspect(path))]
        return sorted(found, key=lambda info: info.modified_at, reverse=True)

    def load(self, session_id: str, *, cwd: str | os.PathLike[str] | None = None) -> Transcript:
        """Read a whole transcript; without ``cwd`` every project is searched.

        Raises:
            TranscriptNotFoundError: there is none of this id.
        """
        return Transcript.parse(self._read(self._find(session_id, cwd)))

    def has(self, session_id: str) -> bool:
        """Whether anything was said in a session and stored: only then can it be resumed."""
        try:
            with open_within(self._projects, self._find(session_id, None)) as file:
                return any(b'"user"' in line and _is_prompt(line) for line in file)
        except (TranscriptNotFoundError, OSError):
            return False

    def subagents(
        self, session_id: str, *, cwd: str | os.PathLike[str] | None = None
    ) -> dict[str, Transcript]:
        """Read what the sub-agents of a session did, by agent id, the oldest first.

        Raises:
            TranscriptNotFoundError: there is no session of this id.
        """
        directory = self._find(session_id, cwd).with_suffix("") / "subagents"
        files = [
            path for path in directory.glob("agent-*.jsonl") if is_file_within(self._projects, path)
        ]
        files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
        named = [(match[1], p) for p in files if (match := _AGENT_FILE.fullmatch(p.name))]
        return {agent_id: Transcript.parse(self._read(path)) for agent_id, path in named}

    def _directories(self, cwd: str | os.PathLike[str]) -> list[Path]:
        real = os.path.realpath(cwd)
        spellings = dict.fromkeys((real, unicodedata.normalize("NFC", real)))
        return [self._projects / project_key(path) for path in spellings]

    def _session_files(self, cwd: str | os.PathLike[str]) -> Iterator[Path]:
        for directory in self._directories(cwd):
            for path in directory.glob("*.jsonl"):
                if _SESSION_ID.fullmatch(path.stem):
                    yield path

    def _find(self, session_id: str, cwd: str | os.PathLike[str] | None) -> Path:
        if not _SESSION_ID.fullmatch(session_id):
            raise TranscriptNotFoundError(f"{session_id!r:.100} is not the id of a session: a UUID")
        places = self._directories(cwd) if cwd is not None else sorted(self._projects.glob("*"))
        for place in places:
            path = place / f"{session_id}.jsonl"
            if is_file_within(self._projects, path):
                return path
        raise TranscriptNotFoundError(
            f"no transcript of session {session_id} below {self._projects}; it may belong to "
            "another configuration directory or have been run without persistence",
            searched=tuple(str(place) for place in places),
        )

    def _read(self, path: Path) -> bytes:
        with open_within(self._projects, path) as file:
            return file.read()

    def _inspect(self, path: Path) -> SessionInfo | None:
        try:
            with open_within(self._projects, path) as file:
                status = os.fstat(file.fileno())
                data = _ends(file, status.st_size)
        except OSError:  # deleted since it was listed, or not a file of the CLI
            return None
        summary = summarize(TranscriptDecoder().decode_block(data))
        if summary.is_sidechain or not summary.text:
            return None
        return SessionInfo(
            session_id=path.stem,
            path=path,
            size=status.st_size,
            modified_at=status.st_mtime,
            summary=summary,
        )


def _is_prompt(line: bytes) -> bool:
    return any(isinstance(entry, UserEntry) for entry in TranscriptDecoder().decode_block(line))


def _ends(file: BinaryIO, size: int) -> bytes:
    """Return the whole lines in the first and the last part of a file."""
    head = file.read(_ENDS_BYTES)
    if size <= len(head):
        return head
    head = head[: head.rfind(b"\n") + 1]
    start = max(len(head), size - _ENDS_BYTES)
    file.seek(start)
    tail = file.read(_ENDS_BYTES)
    return head + (tail if start == len(head) else tail[tail.find(b"\n") + 1 :])
