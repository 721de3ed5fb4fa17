# ruff: noqa: PTH103, PTH112, PTH113, PTH118, PTH123 - pathlib costs 5 ms of every start-up
"""Conversations on disk, in the place and form of the CLI's transcripts.

``<config>/projects/<key>/<session-id>.jsonl`` with the ``user``, ``assistant``, ``last-prompt`` and
``cost-state`` lines of CLI 2.1.329: enough to resume, to fork, and to be read as a transcript.
"""

from __future__ import annotations

import os
import re
from typing import Any

import msgspec

from greenroom.testing.simulator.ids import new_uuid, timestamp
from greenroom.testing.simulator.lines import encode_line

__all__ = ["Store", "Stored"]


class Stored(msgspec.Struct, frozen=True):
    """What a resume needs of a stored conversation.

    Attributes:
        history: prompts of the branch that is gone on with.
        last_uuid: the newest entry.
        uuids: of all entries, those of branches that were cut included.
    """

    history: int
    last_uuid: str | None
    total_cost_usd: float
    model_usage: dict[str, dict[str, Any]]
    uuids: frozenset[str]


class Store:
    """The transcripts of one working directory.

    Args:
        config: the configuration directory, or None to keep nothing.
        cwd: the working directory.
        version: of the CLI, stamped on each line.
    """

    def __init__(self, config: str | None, cwd: str, version: str) -> None:
        self._cwd = os.path.realpath(cwd)
        key = re.sub(r"[^A-Za-z0-9]", "-", self._cwd)
        self._directory = None if config is None else os.path.join(config, "projects", key)
        self._version = version
        self._parent: str | None = None
        self._torn: set[str] = set()

    def load(self, session_id: str, at: str | None = None) -> Stored | None:
        """The stored conversation of this id, up to the entry ``at``; None without any entry."""
        lines = self._lines(session_id)
        entries = {line["uuid"]: line for line in lines if "uuid" in line}
        if not entries:
            return None
        uuids = list(entries)
        costs = [line for line in lines if line.get("type") == "cost-state"]
        return Stored(
            history=_prompts_up_to(at or uuids[-1], entries),
            last_uuid=uuids[-1],
            total_cost_usd=costs[-1]["totalCostUSD"] if costs else 0,
            model_usage=costs[-1]["modelUsage"] if costs else {},
            uuids=frozenset(uuids),
        )

    def newest(self) -> str | None:
        """The id of the conversation that was written to last, or None."""
        if self._directory is None or not os.path.isdir(self._directory):
            return None
        with os.scandir(self._directory) as entries:
            found = [(entry.stat().st_mtime_ns, entry.name) for entry in entries]
        names = [name for _, name in sorted(found) if name.endswith(".jsonl")]
        return names[-1].removesuffix(".jsonl") if names else None

    def continue_from(self, last_uuid: str | None) -> None:
        """Hang the next line below this one."""
        self._parent = last_uuid

    def copy(self, session_id: str, new_id: str) -> None:
        """Begin a fork with the lines of another conversation."""
        for line in self._lines(session_id):
            if "sessionId" in line:
                self._append(new_id, line | {"sessionId": new_id})

    def add_prompt(self, session_id: str, uuid: str | None, content: Any) -> None:
        """Append a prompt under the uuid the client gave it."""
        message = {"role": "user", "content": content}
        self._add(session_id, "user", message, uuid or new_uuid(), promptSource="sdk")

    def add_frame(self, frame: dict[str, Any]) -> None:
        """Append an ``assistant`` or ``user`` frame that was written to stdout."""
        self._add(frame["session_id"], frame["type"], frame["message"], frame["uuid"])

    def add_totals(self, session_id: str, cost_usd: float, usage: dict[str, Any]) -> None:
        """Append the running totals."""
        totals = {"totalCostUSD": cost_usd, "modelUsage": usage, "hasUnknownModelCost": False}
        self._append(session_id, {"type": "cost-state", "sessionId": session_id, **totals})

    def _add(self, session_id: str, kind: str, message: Any, uuid: str, **members: Any) -> None:
        line = {
            "parentUuid": self._parent,
            "isSidechain": False,
            "type": kind,
            "message": message,
            "uuid": uuid,
            "timestamp": timestamp(),
            "userType": "external",
            "entrypoint": "sdk-cli",
            "cwd": self._cwd,
            "sessionId": session_id,
            "version": self._version,
            **members,
        }
        self._parent = uuid
        self._append(session_id, line)

    def _path(self, session_id: str) -> str | None:
        if self._directory is None:
            return None
        return os.path.join(self._directory, f"{session_id}.jsonl")

    def _lines(self, session_id: str) -> list[dict[str, Any]]:
        """What can be read of a file: the CLI leaves broken lines out."""
        path = self._path(session_id)
        if path is None or not os.path.isfile(path):
            return []
        with open(path, "rb") as file:
            data = file.read()
        if data and not data.endswith(b"\n"):
            self._torn.add(session_id)
        return [line for line in map(_decoded, data.split(b"\n")) if isinstance(line, dict)]

    def _append(self, session_id: str, line: dict[str, Any]) -> None:
        path = self._path(session_id)
        if path is None or self._directory is None:
            return
        os.makedirs(self._directory, mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        file = os.open(path, flags, 0o600)
        try:
            os.write(file, b"\n" * (session_id in self._torn) + encode_line(line))
        finally:
            os.close(file)
        self._torn.discard(session_id)


def _decoded(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _prompts_up_to(uuid: str | None, entries: dict[str, dict[str, Any]]) -> int:
    """How many prompts the branch has that ends here."""
    rest, prompts = dict(entries), 0
    while uuid in rest:
        entry = rest.pop(uuid)
        prompts += entry.get("promptSource") == "sdk"
        uuid = entry.get("parentUuid")
    return prompts
