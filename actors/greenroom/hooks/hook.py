"""One hook: a callback, and when and how it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from greenroom.hooks.matcher import check_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_SECONDS", "Hook"]

MAX_SECONDS: Final = 600.0
"""A hook has less than this: where no limit is sent, it is the CLI's own (CLI 2.1.329)."""


class _Callback(msgspec.Struct, frozen=True):
    callback: Callable[..., Any]


class Hook(_Callback, frozen=True, kw_only=True):
    """A callback of the caller's that the CLI has called when something happens.

    It is called as ``callback(input)`` or ``callback(input, call)``, with the typed input of its
    event (:mod:`greenroom_protocol.claude.hook_inputs`) and a :class:`~greenroom.Call`; it may be
    ``async``. It answers None (no opinion), one of `allow`, `deny`, `ask`, `defer`, `block`,
    `stop`, `add_context`, an output such as ``PreToolUseOutput(...)``, a ``HookAnswer``, or a
    dictionary with the wire's names.

    Attributes:
        callback: what is called.
        matcher: which calls it is for. Letters, digits, ``_`` ``-`` ``,`` ``|`` and blanks are
            names, compared as a whole (``Bash``, ``Edit|Write``); anything else is a regular
            expression that is searched for (``mcp__.*``). None and ``*``: all.
        timeout: seconds it may take, less than 600; None: the session's ``Deadlines.callback``.
        on_failure: ``block``: if it raises, takes too long or answers what cannot be used, what the
            event announces is refused. ``continue``: the CLI goes on as if there were no hook.
        background: the CLI is answered at once, without an opinion, and goes on while the callback
            runs; its result is dropped. It can forbid nothing.
        new_event: its event is one that Greenroom does not know; nothing about it is checked.

    Raises:
        TypeError: the callback cannot be called, or another member is of a wrong type.
        ValueError: the matcher or the timeout is not possible.
    """

    matcher: str | None = None
    timeout: float | None = None
    on_failure: Literal["block", "continue"] = "block"
    background: bool = False
    new_event: bool = False

    def __post_init__(self) -> None:
        if not callable(self.callback):
            raise TypeError(f"a hook has a callback to call, not {self.callback!r:.100}")
        if self.matcher is not None:
            check_matcher(self.matcher)
        if self.timeout is not None:
            _check_timeout(self.timeout)
        if self.on_failure not in {"block", "continue"}:
            raise ValueError(
                f"on_failure of a hook is 'block' or 'continue', not {self.on_failure!r:.100}"
            )


def _check_timeout(timeout: object) -> None:
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"the timeout of a hook is a number of seconds, not {timeout!r:.100}")
    if not 0 < timeout < MAX_SECONDS:
        raise ValueError(
            f"the timeout of a hook is more than 0 and less than {MAX_SECONDS:g} seconds, "
            f"not {timeout!r}"
        )
