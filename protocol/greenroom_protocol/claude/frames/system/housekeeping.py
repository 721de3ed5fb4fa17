"""`system` frames known from the type files of CLI 2.1.329 only, never seen on the wire."""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = [
    "CommandsChanged",
    "ElicitationComplete",
    "FilesPersisted",
    "LocalCommandOutput",
    "MemoryRecall",
    "PersistFailure",
    "PersistedFile",
    "PluginInstall",
    "RecalledMemory",
    "SessionWritesLost",
    "WorkerShuttingDown",
]


class LocalCommandOutput(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="local_command_output"
):
    """A slash command printed something."""

    content: str


class PersistedFile(Wire, frozen=True, kw_only=True):
    """A file that was stored."""

    filename: str
    file_id: str | None = None


class PersistFailure(Wire, frozen=True, kw_only=True):
    """A file that could not be stored."""

    filename: str
    error: str | None = None


class FilesPersisted(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="files_persisted"):
    """Files were handed to remote storage."""

    files: tuple[PersistedFile, ...] = ()
    failed: tuple[PersistFailure, ...] = ()
    processed_at: str | None = None


class ElicitationComplete(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="elicitation_complete"
):
    """The question `elicitation_id` of an MCP server was answered elsewhere."""

    elicitation_id: str
    mcp_server_name: str | None = None


class PluginInstall(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="plugin_install"):
    """A plugin installation is `started`, `installed`, `failed` or `completed`."""

    status: str
    name: str | None = None
    error: str | None = None


class RecalledMemory(Wire, frozen=True, kw_only=True):
    """One memory file."""

    path: str
    scope: str | None = None
    content: str | None = None


class MemoryRecall(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="memory_recall"):
    """Memories joined the conversation; `mode` is `select` or `synthesize`."""

    mode: str | None = None
    memories: tuple[RecalledMemory, ...] = ()


class CommandsChanged(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="commands_changed"
):
    """The whole list of slash commands, replacing the one before."""

    commands: tuple[dict[str, Any], ...] = ()


class WorkerShuttingDown(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="worker_shutting_down"
):
    """The process is about to end."""

    reason: str | None = None


class SessionWritesLost(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="session_writes_lost"
):
    """The disk is full: `lost` names what could not be written (`transcript`, `global_config`)."""

    error_code: str | None = None
    lost: tuple[str, ...] = ()
    transcript_session_ids: tuple[str, ...] = ()
