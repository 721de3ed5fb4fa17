"""Hooks that write down what happens."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.hooks.events import EVENTS
from greenroom.hooks.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from greenroom_protocol.claude.hook_inputs import AnyHookInput

__all__ = ["log_hooks"]

_LEFT_OUT: Final = frozenset({"MessageDisplay", "WorktreeCreate"})
"""One costs a round trip for each piece of text; the other has to make a worktree."""

_IDS: Final = ("tool_name", "tool_use_id", "agent_id", "agent_type", "session_id", "prompt_id")


def log_hooks(
    logger: Any = None, events: Iterable[str] | None = None, *, values: bool = False
) -> dict[str, Hook]:
    """Return hooks that log every event at level debug, as ``hook``, and say nothing.

    Logged are the event, names and ids, and the size of the input in bytes. They run in the
    background: the CLI does not wait, and what goes wrong with the log stops nothing. Put them
    beside others with ``hooks=[mine, log_hooks()]``.

    Args:
        logger: has ``debug(event, **values)``; by default structlog's, named ``greenroom.hooks``.
        events: which; by default all but MessageDisplay and WorktreeCreate.
        values: log the whole input, too: prompts, commands, contents of files, secrets and all.
    """
    chosen = [name for name in EVENTS if name not in _LEFT_OUT] if events is None else events
    return {name: _hook(partial(_note, name, logger, values)) for name in chosen}


def _hook(note: Callable[[AnyHookInput], None]) -> Hook:
    return Hook(note, on_failure="continue", background=True)


def _note(name: str, logger: Any, values: bool, told: AnyHookInput) -> None:  # noqa: FBT001 - bound once, above
    raw = msgspec.json.encode(told)
    known = {key: getattr(told, key, None) for key in _IDS}
    shown = {key: value for key, value in known.items() if value}
    if values:
        shown["input"] = msgspec.json.decode(raw)
    (logger or _structlog()).debug("hook", hook_event=name, input_bytes=len(raw), **shown)


def _structlog() -> Any:
    import structlog  # noqa: PLC0415 - heavy, and only needed where something is logged

    if structlog.is_configured():
        return structlog.get_logger("greenroom.hooks")
    # Nobody has said where to: structlog would take stdout, where a program's own output goes.
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
