"""Whether the CLI will call the hooks that it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from greenroom.hooks.hook_set import HookSet

__all__ = ["registration_problem"]

_SIMPLE: Final = "CLAUDE_CODE_SIMPLE"
_ON: Final = frozenset({"1", "true", "yes", "on"})


def registration_problem(
    info: Mapping[str, Any],
    hooks: HookSet,
    *,
    bare: bool = False,
    environment: Mapping[str, str] | None = None,
) -> str | None:
    """Return why a session with `hooks` must not run; None if it may.

    Args:
        info: the CLI's answer to `initialize`.
        hooks: what it was sent.
        bare: whether it was started with ``--bare``. CLI 2.1.329 then says that the hooks are
            applied, and calls none.
        environment: of the child, that of its settings included; ``CLAUDE_CODE_SIMPLE`` is the same
            as ``--bare``.
    """
    if not hooks:
        return None
    if bare:
        return "a bare session calls no hooks; leave out `bare` or the hooks"
    if str((environment or {}).get(_SIMPLE, "")).strip().casefold() in _ON:
        return f"with {_SIMPLE} in its environment the CLI calls no hooks; unset it"
    if info.get("hooks_applied") is not True:
        return (
            "the CLI did not say that it registered the hooks (hooks_applied is "
            f"{info.get('hooks_applied')!r:.100}); use CLI 2.1.329 or newer"
        )
    if hooks.blocking and info.get("hook_on_failure_supported") is not True:
        return (
            "the CLI lets a tool run when its hook fails (hook_on_failure_supported is "
            f"{info.get('hook_on_failure_supported')!r:.100}); use CLI 2.1.329 or newer, or hooks "
            "with on_failure='continue'"
        )
    return None
