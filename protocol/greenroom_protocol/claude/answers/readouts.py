"""Answers to requests that only read."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = [
    "BinaryVersion",
    "ExportedConversation",
    "FileContents",
    "SessionCost",
    "SessionTitle",
    "SideAnswer",
    "SuggestedFiles",
    "TaskOutput",
]


class TaskOutput(Wire, frozen=True, kw_only=True):
    """Answers `get_task_output`: the end of the output, all of it unless `truncated`."""

    output: str
    total_bytes: int | None = None
    truncated: bool = False


class SideAnswer(Wire, frozen=True, kw_only=True):
    """Answers `side_question`; `synthetic`: the CLI says so, not the model."""

    response: str
    synthetic: bool = False


class SessionTitle(Wire, frozen=True, kw_only=True):
    """Answers `generate_session_title`; None if the model wrote none."""

    title: str | None = None


class SessionCost(Wire, frozen=True, kw_only=True):
    """Answers `get_session_cost`, in words for people."""

    text: str


class BinaryVersion(Wire, frozen=True, kw_only=True):
    """Answers `get_binary_version`; the time is as in `2026-11-19T16:23:05Z`."""

    version: str
    build_time: str | None = field(default=None, name="buildTime")


class ExportedConversation(Wire, frozen=True, kw_only=True):
    """Answers `export_conversation`."""

    text: str
    default_filename: str | None = None


class FileContents(Wire, frozen=True, kw_only=True):
    """Answers `read_file`; `lossy`: not all bytes were text."""

    contents: str
    abs_path: str | None = field(default=None, name="absPath")
    requested_path: str | None = None
    lossy: bool = False
    truncated: bool = False
    offset: int | None = None
    read_bytes: int | None = None
    total_bytes: int | None = None


class SuggestedFiles(Wire, frozen=True, kw_only=True):
    """Answers `file_suggestions`, about files below `cwd`."""

    suggestions: tuple[Any, ...] = ()
    cwd: str | None = None
