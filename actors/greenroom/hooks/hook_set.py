"""All hooks of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeAlias

import msgspec

from greenroom.callbacks import Errand, Refusal, with_call
from greenroom.hooks.answers import checked_answer, closed_answer
from greenroom.hooks.events import EVENTS, NEW_EVENT
from greenroom.hooks.hook import Hook
from greenroom_protocol.claude.control import HookAnswer, HookMatcher
from greenroom_protocol.claude.hook_inputs import read_hook_input

if TYPE_CHECKING:
    from greenroom.callbacks import Call

__all__ = ["CLI_GRACE", "HookCall", "HookSet", "Hooks", "SomeHooks"]

SomeHooks: TypeAlias = Hook | Callable[..., Any] | Sequence[Hook | Callable[..., Any]]
Hooks: TypeAlias = Mapping[str, SomeHooks] | Sequence[Mapping[str, SomeHooks]]
"""Hooks by the name of their event; several such mappings are put together."""

CLI_GRACE: Final = 5.0
"""Seconds that the CLI waits longer for a hook than Greenroom does.

An answer that is too late for the CLI is lost, so ours has to be first: it says what happened,
and it knows what to do about it.
"""


class HookCall(msgspec.Struct, frozen=True, kw_only=True):
    """The CLI has a hook called.

    Attributes:
        callback_id: which, as it was registered.
        input: what it is told, as it came.
        tool_use_id: a tool call's id for events of tools, else a random one.
    """

    callback_id: str
    input: Mapping[str, Any]
    tool_use_id: str | None = None


class _Binding(NamedTuple):
    event: str
    hook: Hook
    name: str
    function: Callable[[Any, Call], Any]


class HookSet:
    """The hooks of a session, checked and numbered. Immutable; safe from any thread."""

    def __init__(self, bindings: Mapping[str, _Binding], default_timeout: float) -> None:
        self._bindings = bindings
        self._default_timeout = default_timeout

    @classmethod
    def of(cls, given: Hooks | None, *, default_timeout: float = 60.0) -> Self:
        """Check what a caller gave as hooks; in the order given they become `hook_0`, `hook_1` ….

        Args:
            given: by event; None and an empty mapping are no hooks.
            default_timeout: seconds of a hook that has no timeout of its own.

        Raises:
            TypeError: something is neither a hook nor a callable, or takes other arguments.
            ValueError: there is no such event, or a matcher for an event that takes none.
        """
        pairs = [pair for mapping in _mappings(given) for pair in mapping.items()]
        bindings = (_bound(event, hook) for event, some in pairs for hook in _hooks(event, some))
        numbered = {f"hook_{number}": binding for number, binding in enumerate(bindings)}
        return cls(numbered, default_timeout)

    def __len__(self) -> int:
        return len(self._bindings)

    def __repr__(self) -> str:
        return f"<HookSet {[binding.name for binding in self._bindings.values()]}>"

    @property
    def blocking(self) -> bool:
        """Whether the failure of any of them is to block something."""
        return any(binding.hook.on_failure == "block" for binding in self._bindings.values())

    def decides(self, event: str) -> bool:
        """Whether a hook of `event` may forbid it, also by failing; one that looks on may not."""
        return any(
            binding.event == event
            and binding.hook.on_failure == "block"
            and not binding.hook.background
            for binding in self._bindings.values()
        )

    def matchers(self) -> dict[str, list[HookMatcher]]:
        """Return what `Initialize.hooks` is sent, by event."""
        by_event: dict[str, list[HookMatcher]] = {}
        for callback_id, (event, hook, _name, _function) in self._bindings.items():
            seconds = self._default_timeout if hook.timeout is None else hook.timeout
            by_event.setdefault(event, []).append(
                HookMatcher(
                    hook_callback_ids=[callback_id],
                    matcher=hook.matcher,
                    timeout=seconds + CLI_GRACE,
                    on_failure=hook.on_failure,
                )
            )
        return by_event

    def answer(self, call: HookCall) -> Errand | Refusal:
        """Return the errand of a hook; a :class:`Refusal` if there is none of this id."""
        binding = self._bindings.get(call.callback_id)
        if binding is None:
            return Refusal(f"no hook is registered as {call.callback_id!r:.100}")
        event, hook, name, function = binding
        return Errand(
            name=name,
            call=partial(function, read_hook_input(call.input)),
            then=partial(checked_answer, event),
            closed=partial(_closed, binding),
            timeout=hook.timeout,
            at_once=HookAnswer(async_=True) if hook.background else None,
            tool_use_id=_text(call.input.get("tool_use_id")),
            agent_id=_text(call.input.get("agent_id")),
        )


def _closed(binding: _Binding, failure: Any) -> HookAnswer | Refusal:
    blocking = binding.hook.on_failure == "block"
    return closed_answer(binding.event, blocking=blocking, failure=failure)


def _mappings(given: Any) -> Sequence[Mapping[str, Any]]:
    mappings = () if given is None else (given,) if isinstance(given, Mapping) else given
    if not isinstance(mappings, Sequence) or isinstance(mappings, str | bytes):
        raise TypeError(f"hooks are a mapping of events to callbacks, not {given!r:.100}")
    for mapping in mappings:
        if not isinstance(mapping, Mapping):
            raise TypeError(f"hooks are mappings of events to callbacks, not {mapping!r:.100}")
    return mappings


def _hooks(event: str, some: Any) -> list[Hook]:
    many = some if isinstance(some, Sequence) and not isinstance(some, str | bytes) else (some,)
    for one in many:
        if not isinstance(one, Hook) and not callable(one):
            raise TypeError(f"a hook of {event} is a Hook or a callable, not {one!r:.100}")
    return [one if isinstance(one, Hook) else Hook(one) for one in many]


def _bound(event: Any, hook: Hook) -> _Binding:
    if not isinstance(event, str):
        raise TypeError(f"a hook belongs to an event such as 'PreToolUse', not {event!r:.100}")
    known = NEW_EVENT if hook.new_event else EVENTS.get(event)
    if known is None:
        raise ValueError(f"there is no hook event {event!r:.100}{_hint(event)}")
    if hook.matcher is not None and known.matches is None:
        raise ValueError(
            f"a hook of {event} takes no matcher, for it has nothing to be compared with "
            f"{hook.matcher!r:.100}"
        )
    function = with_call(hook.callback, f"a hook of {event}")
    return _Binding(event, hook, f"hook {event} {_label(hook.callback)}", function)


def _label(callback: Any) -> str:
    while isinstance(callback, partial):
        callback = callback.func
    named: str = getattr(callback, "__qualname__", None) or type(callback).__qualname__
    return named.rpartition("<locals>.")[2]


def _hint(event: str) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    folded = {name.casefold(): name for name in EVENTS}
    close = difflib.get_close_matches(event.casefold(), folded, n=2)
    if close:
        return f"; did you mean {' or '.join(repr(folded[name]) for name in close)}?"
    return "; if the CLI has it all the same, say Hook(..., new_event=True)"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
