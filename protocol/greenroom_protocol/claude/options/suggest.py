"""The closest right name for a wrong one."""

from __future__ import annotations

import re
from typing import Final

from greenroom_protocol.claude.options.table import TABLE

__all__ = ["suggestion"]

_SAID_ELSEWHERE: Final = {
    "additional_directories": "add_dirs",
    "base_tools": "tools",
    "claude_path": "executable",
    "cli_path": "executable",
    "config_directory": "config_dir",
    "enable_file_checkpointing": "file_checkpointing",
    "output_format": "json_schema",
    "output_schema": "json_schema",
    "path_to_claude_code_executable": "executable",
    "permission_prompt_tool_name": "permission_prompt_tool",
    "persist_session": "no_session_persistence",
    "plugin_dirs": "plugins",
    "schema": "json_schema",
    "system": "system_prompt",
    "verbatim_prompts": "verbatim",
    "working_directory": "cwd",
    "yolo": "permission_mode",
}
"""How other clients of the CLI call what has another name here."""

_NO_OPTION: Final = {
    "can_use_tool": "a handler is no option; give it to the session, as permissions=",
    "hooks": "handlers are no option; give them to the session",
    "max_buffer_size": "lines are bounded by the framing, not by an option",
    "max_tokens": "the CLI has no such flag; max_output_tokens bounds an answer",
    "permissions": "handlers are no option; give them to the session",
    "prompter": "a prompter is no option; give it to the session",
    "returns": "each ask() says what it returns; json_schema is the option of a session",
    "session_store": "session_mirror=True sends what a store would keep",
    "stderr": "the last 64 KiB of it are kept for the errors of a session",
    "tool_state": "it is no option; give it to the session, with its tools",
    "user": "run the host itself as that user",
}


def suggestion(name: str) -> str:
    """Return a hint for a name that no option has, or an empty text.

    It knows the names of flags, fields and variables, in any of the usual spellings, and those
    that other clients use.
    """
    spelled = _spelled(name)
    if spelled in _NO_OPTION:
        return _NO_OPTION[spelled]
    known = _INDEX.get(spelled)
    if known is None:
        import difflib  # noqa: PLC0415 - only a mistake needs it

        close = difflib.get_close_matches(spelled, _INDEX, n=1)
        known = _INDEX[close[0]] if close else None
    return f"did you mean {known!r}?" if known else ""


def _spelled(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip().lstrip("-"))
    return snake.replace("-", "_").lower()


_INDEX: Final = {
    **{
        _spelled(wire): option.name
        for option in TABLE.values()
        for wire in (option.wire, *option.aliases, option.replaces or "")
        if len(_spelled(wire)) > 1
    },
    **_SAID_ELSEWHERE,
    **{name: name for name in TABLE},
}
