"""How a simulated CLI was started: its command line and environment, read the way the CLI does."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator.lean_import import argv_reader

if TYPE_CHECKING:
    from greenroom.testing.scenario import Launched

__all__ = ["Launch", "RefusedError", "read_launch"]

_MODES = ("acceptEdits", "auto", "bypassPermissions", "manual", "dontAsk", "plan")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FILES = {
    "--settings": "Settings file",
    "--system-prompt-file": "System prompt file",
    "--append-system-prompt-file": "Append system prompt file",
}
_STREAM = ("--output-format", "--input-format")


class RefusedError(Exception):
    """The command line is not accepted: the text goes to stderr, the exit code is 1."""


@dataclass(frozen=True)
class Launch:
    """What the command line and the environment ask for.

    Attributes:
        resume: conversation to go on with.
        resume_at: transcript entry to cut it after.
        latest: go on with the newest conversation of the working directory.
        fork: go on under a new id.
        session_id: the id to use.
        persistent: keep the conversation on disk.
        partial: write stream events.
        replay: echo user messages.
        slash_commands: whether commands such as ``/clear`` are known.
        model: asked for, or None.
        permission_mode: as the frames report it.
        sdk_servers: in-process MCP servers named on the command line.
        host_reads_state: state frames are wanted and marked ``sdk_host_only``.
        emits_state: state frames are wanted without the mark.
        config: the configuration directory, or None.
    """

    resume: str | None = None
    resume_at: str | None = None
    latest: bool = False
    fork: bool = False
    session_id: str | None = None
    persistent: bool = True
    partial: bool = False
    replay: bool = False
    slash_commands: bool = True
    model: str | None = None
    permission_mode: str = "default"
    sdk_servers: tuple[str, ...] = ()
    host_reads_state: bool = False
    emits_state: bool = False
    config: str | None = None

    @property
    def kind(self) -> Launched:
        """What the process is for."""
        if self.resume is None and not self.latest:
            return "fresh"
        if self.fork:
            return "fork"
        return "resume" if self.resume_at is None else "resume_at"


def read_launch(argv: list[str], default_config: str | None) -> Launch:
    """Read the command line.

    ``default_config`` serves when ``CLAUDE_CONFIG_DIR`` is not set: a simulation never writes into
    the home directory.

    Raises:
        RefusedError: the real CLI would not start with it.
    """
    flags = _parse(argv)
    launch = Launch(
        resume=flags.get("--resume"),
        resume_at=flags.get("--resume-session-at"),
        latest="--continue" in flags,
        fork="--fork-session" in flags,
        session_id=flags.get("--session-id"),
        persistent="--no-session-persistence" not in flags,
        partial="--include-partial-messages" in flags,
        replay="--replay-user-messages" in flags,
        slash_commands="--disable-slash-commands" not in flags,
        model=flags.get("--model"),
        permission_mode=flags.get("--permission-mode", "default"),
        sdk_servers=_sdk_servers(flags.get("--mcp-config")),
        host_reads_state=bool(os.environ.get("CLAUDE_CODE_SDK_READS_SESSION_STATE")),
        emits_state=bool(os.environ.get("CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS")),
        config=os.environ.get("CLAUDE_CONFIG_DIR", default_config),
    )
    _check(launch, flags)
    return launch


def _parse(argv: list[str]) -> dict[str, str]:
    read = argv_reader()(argv)
    if read.unknown:
        raise RefusedError(f"error: unknown option '{read.unknown[0]}'")
    if read.unfinished:
        raise RefusedError(f"error: option '{read.unfinished} <value>' argument missing")
    return {flag: value or "" for flag, value in read.flags}


def _check(launch: Launch, flags: dict[str, str]) -> None:
    resumes = launch.resume is not None or launch.latest
    if any(flags.get(flag) != "stream-json" for flag in _STREAM) or "--verbose" not in flags:
        raise RefusedError(
            "Error: the simulated CLI speaks only --output-format=stream-json "
            "--input-format=stream-json --verbose"
        )
    if launch.permission_mode not in (*_MODES, "default"):
        raise RefusedError(
            f"error: option '--permission-mode <mode>' argument '{launch.permission_mode}' is "
            f"invalid. Allowed choices are {', '.join(_MODES)}."
        )
    for flag, what in _FILES.items():
        if flag in flags and not _is_json_or_file(flags[flag]):
            raise RefusedError(f"Error: {what} not found: {flags[flag]}")
    if launch.session_id is not None and not _UUID.fullmatch(launch.session_id):
        raise RefusedError("Error: Invalid session ID. Must be a valid UUID.")
    if launch.session_id is not None and resumes and not launch.fork:
        raise RefusedError(
            "Error: --session-id with --continue or --resume also needs --fork-session."
        )
    if launch.resume_at is not None and launch.resume is None:
        raise RefusedError("Error: --resume-session-at requires --resume")
    if launch.resume is not None and not _UUID.fullmatch(launch.resume):
        raise RefusedError(
            "Error: --resume requires a valid session ID or session title when used with --print. "
            f'Provided value "{launch.resume}" is not a UUID and does not match any session title.'
        )


def _sdk_servers(config: str | None) -> tuple[str, ...]:
    if config is None:
        return ()
    try:
        parsed = json.loads(config)
    except ValueError:  # then it is a path
        parsed = json.loads(_read_file(config))
    servers: dict[str, Any] = parsed.get("mcpServers", {})
    return tuple(name for name, server in servers.items() if server.get("type") == "sdk")


def _is_json_or_file(value: str) -> bool:
    return value.lstrip().startswith("{") or os.path.isfile(value)  # noqa: PTH113 - see below


def _read_file(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs start-up time
            return file.read()
    except OSError as error:
        raise RefusedError(
            f"Error: Invalid MCP configuration:\nMCP config file not found: {path}"
        ) from error
