"""`system/task_*`: sub-agents and shells that may outlive the turn.

The order of `task_updated` and `task_notification` varies. Source: CLI 2.1.329.
"""

from typing import Any

from greenroom_protocol.claude.frames.base import Framed
from greenroom_protocol.wire import Wire

__all__ = [
    "BackgroundTask",
    "BackgroundTasksChanged",
    "TaskNotification",
    "TaskPatch",
    "TaskProgress",
    "TaskStarted",
    "TaskUpdated",
    "TaskUsage",
]


class TaskUsage(Wire, frozen=True, kw_only=True):
    """What a task has used so far."""

    total_tokens: int = 0
    tool_uses: int = 0
    duration_ms: int | float = 0


class TaskStarted(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="task_started"):
    """A sub-agent starts, or a foreground shell has run for about three seconds.

    `task_type` is `local_bash`, `local_agent` …; `tool_use_id` is the call that started it.
    """

    task_id: str
    run_id: str | None = None
    tool_use_id: str | None = None
    description: str = ""
    is_backgrounded: bool = False
    task_type: str | None = None
    subagent_type: str | None = None
    spawn_depth: int | None = None
    prompt: str | None = None
    parent_task_id: str | None = None
    workflow_name: str | None = None
    skip_transcript: bool = False
    ambient: bool = False


class TaskProgress(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="task_progress"):
    """A sub-agent works."""

    task_id: str
    run_id: str | None = None
    tool_use_id: str | None = None
    description: str = ""
    subagent_type: str | None = None
    usage: TaskUsage | None = None
    last_tool_name: str | None = None
    summary: str | None = None


class TaskPatch(Wire, frozen=True, kw_only=True):
    """The members of a task that changed; the others are None.

    `status` is `pending`, `running`, `paused`, `completed`, `failed` or `killed`; `end_time` is in
    milliseconds since the epoch.
    """

    status: str | None = None
    description: str | None = None
    end_time: int | float | None = None
    total_paused_ms: int | float | None = None
    error: str | None = None
    is_backgrounded: bool | None = None


class TaskUpdated(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="task_updated"):
    """A task changed."""

    task_id: str
    patch: TaskPatch
    run_id: str | None = None


class TaskNotification(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="task_notification"
):
    """A task has ended: `status` is `completed`, `failed` or `stopped`.

    A background task then starts a turn of its own, whose result nobody asked for.
    """

    task_id: str
    status: str
    run_id: str | None = None
    tool_use_id: str | None = None
    output_file: str = ""
    summary: str = ""
    usage: TaskUsage | None = None
    summary_is_report: bool = False
    reason: str | None = None
    resource_links: tuple[dict[str, Any], ...] = ()
    skip_transcript: bool = False
    ambient: bool = False


class BackgroundTask(Wire, frozen=True, kw_only=True):
    """A task that runs in the background."""

    task_id: str
    run_id: str | None = None
    task_type: str | None = None
    subagent_type: str | None = None
    description: str = ""
    parent_task_id: str | None = None
    ambient: bool = False


class BackgroundTasksChanged(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="background_tasks_changed"
):
    """The whole list of background tasks, replacing the one before.

    Also sent after `/clear` and after a repeated initialize.
    """

    tasks: tuple[BackgroundTask, ...]
