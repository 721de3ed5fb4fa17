"""Hooks: code of the caller's that the CLI has called when something happens."""

from greenroom.hooks.answers import checked_answer, closed_answer
from greenroom.hooks.events import EVENTS, Event
from greenroom.hooks.hook import Hook
from greenroom.hooks.hook_set import CLI_GRACE, HookCall, Hooks, HookSet
from greenroom.hooks.log_hooks import log_hooks
from greenroom.hooks.opinion import Opinion, add_context, allow, ask, block, defer, deny, stop

__all__ = [
    "CLI_GRACE",
    "EVENTS",
    "Event",
    "Hook",
    "HookCall",
    "HookSet",
    "Hooks",
    "Opinion",
    "add_context",
    "allow",
    "ask",
    "block",
    "checked_answer",
    "closed_answer",
    "defer",
    "deny",
    "log_hooks",
    "stop",
]
