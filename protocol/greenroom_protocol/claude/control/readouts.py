"""Requests that only read: status, settings, usage, models, files, one side question."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct, field

__all__ = [
    "ExportConversation",
    "FileSuggestions",
    "GetBinaryVersion",
    "GetContextUsage",
    "GetHooksListing",
    "GetPlan",
    "GetSessionCost",
    "GetSettings",
    "GetStatus",
    "GetUsage",
    "GetWorkspaceDiff",
    "ListDirectory",
    "ListModels",
    "ListPermissionRules",
    "ReadFile",
    "SideQuestion",
]


class _Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="subtype"):
    pass


class GetStatus(_Request, frozen=True, kw_only=True, tag="get_status"):
    """Read the session's status."""


class GetSettings(_Request, frozen=True, kw_only=True, tag="get_settings"):
    """Read the settings in force and where each comes from."""


class GetSessionCost(_Request, frozen=True, kw_only=True, tag="get_session_cost"):
    """Read the running cost of the conversation."""


class GetUsage(_Request, frozen=True, kw_only=True, tag="get_usage"):
    """Read the account's usage."""

    skip_behaviors: bool | None = None
    detached: bool | None = None


class GetContextUsage(_Request, frozen=True, kw_only=True, tag="get_context_usage"):
    """Read how full the context is; `full` counts tokens by an API call. 20 kB and more."""

    detail: Literal["full", "summary"] | None = None


class GetBinaryVersion(_Request, frozen=True, kw_only=True, tag="get_binary_version"):
    """Read the version of the CLI."""


class GetHooksListing(_Request, frozen=True, kw_only=True, tag="get_hooks_listing"):
    """Read the hooks in force and the catalogue of events."""


class GetPlan(_Request, frozen=True, kw_only=True, tag="get_plan"):
    """Read the plan of plan mode."""


class GetWorkspaceDiff(_Request, frozen=True, kw_only=True, tag="get_workspace_diff"):
    """Read what changed in the working directory."""


class ListModels(_Request, frozen=True, kw_only=True, tag="list_models"):
    """Read the models that the account may use."""


class ListPermissionRules(_Request, frozen=True, kw_only=True, tag="list_permission_rules"):
    """Read the permission rules in force."""


class ExportConversation(_Request, frozen=True, kw_only=True, tag="export_conversation"):
    """Read the conversation as text."""


class FileSuggestions(_Request, frozen=True, kw_only=True, tag="file_suggestions"):
    """Read the files whose names match `query`."""

    query: str


class ReadFile(_Request, frozen=True, kw_only=True, tag="read_file"):
    """Read a file of the working directory."""

    path: str
    max_bytes: int | None = None
    encoding: Literal["utf-8", "base64"] | None = None
    offset: int | None = None
    anchor: Any = None
    for_upload: bool | None = None
    live_reply: bool | None = field(default=None, name="liveReply")


class ListDirectory(_Request, frozen=True, kw_only=True, tag="list_directory"):
    """Read the names in a directory; not over a plain pipe (CLI 2.1.329 refuses it)."""

    path: str


class SideQuestion(_Request, frozen=True, kw_only=True, tag="side_question"):
    """Ask the model once, without tools, on a copy of the conversation; runs beside a turn."""

    question: str
    history: Sequence[Any] | None = None
