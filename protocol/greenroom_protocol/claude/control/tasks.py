"""Requests about tasks in the background, queued prompts and files on disk."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

__all__ = [
    "BackgroundTasks",
    "CancelAsyncMessage",
    "GetTaskOutput",
    "RegisterRepoRoot",
    "RewindFiles",
    "SeedReadState",
    "StartShellTask",
    "StopTask",
]


class _Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="subtype"):
    pass


class StopTask(_Request, frozen=True, kw_only=True, tag="stop_task"):
    """Kill a background task; answered `{}` for unknown ids too."""

    task_id: str


class BackgroundTasks(_Request, frozen=True, kw_only=True, tag="background_tasks"):
    """Move running tools, or the one named, to the background."""

    tool_use_id: str | None = None


class GetTaskOutput(_Request, frozen=True, kw_only=True, tag="get_task_output"):
    """Read the last 8 KiB of a task's output."""

    task_id: str
    follow: bool | None = None
    after: str | None = None
    before: str | None = None
    live_reply: bool | None = field(default=None, name="liveReply")


class StartShellTask(_Request, frozen=True, kw_only=True, tag="start_shell_task"):
    """Run a command in the background; not over a plain pipe (CLI 2.1.329 refuses it)."""

    command: str
    args: Sequence[str] | None = None
    cwd: str | None = None
    env: Mapping[str, str] | None = None
    timeout_ms: int | None = None
    description: str | None = None


class CancelAsyncMessage(_Request, frozen=True, kw_only=True, tag="cancel_async_message"):
    """Take back a prompt that still waits in the CLI's queue; answered with `cancelled`."""

    message_uuid: str


class RewindFiles(_Request, frozen=True, kw_only=True, tag="rewind_files"):
    """Put files back to what they were at a prompt; needs `file_checkpointing`."""

    user_message_id: str
    dry_run: bool | None = None


class SeedReadState(_Request, frozen=True, kw_only=True, tag="seed_read_state"):
    """Tell the CLI that the model has read a file; `mtime` in milliseconds since 1970."""

    path: str
    mtime: int | float


class RegisterRepoRoot(_Request, frozen=True, kw_only=True, tag="register_repo_root"):
    """Make a directory known as the root of a repository."""

    directory: str
    reload_claude_md: bool | None = None
    reload_plugins: bool | None = None
    reload_skills: bool | None = None
