"""Names for actors: unique, gone with the actor, and leading to a live one or to none.

    names = Registry()
    names.start("clerk", Clerk, dispatcher=dispatcher)
    names.send("clerk", Order(...))

A name is free again before anybody is told of its actor's end (N2), so whoever starts
a successor upon that news finds it free; and a lookup looks whether its actor lives, so that
it never returns a dead one, however late the cleaning up is (N5). Other directories of actors,
one in a database say, can stand in where only the protocol `Via` is asked for (N3).
"""

from __future__ import annotations

import threading
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any, Protocol

import pykka

from greenroom.runtime.dispatcher.current import current_dispatcher
from greenroom.runtime.errors import AlreadyStarted, BadName, NameUnknown
from greenroom.runtime.future import Future
from greenroom.runtime.stop_flag import StopFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from pykka import ActorRef

    from greenroom.runtime.dispatcher.base import Dispatcher

__all__ = ["Registry", "Via"]


class Via(Protocol):
    """What any directory of actors can do (OTP's `via` contract). All methods from any thread."""

    def register_name(self, name: str, actor: pykka.Actor) -> bool:
        """Give `actor`, which calls this with its `self`, a name; False if it is taken."""

    def whereis_name(self, name: str) -> ActorRef[Any] | None:
        """Return the live actor of that name, or None."""

    def unregister_name(self, name: str) -> None:
        """Take the name from whoever has it, if anyone."""

    def send(self, name: str, message: Any) -> ActorRef[Any]:
        """Tell the actor of that name, and return it; raise NameUnknown if there is none."""


class _Entry:
    """One actor's hold of a name. An identity: the same actor may get the name again later."""

    __slots__ = ("ref",)

    def __init__(self, ref: ActorRef[Any]) -> None:
        self.ref = ref


class _Start:
    """A start under way, for which a name is reserved."""

    __slots__ = ("over", "thread")

    def __init__(self) -> None:
        self.thread = get_ident()
        self.over: Future[None] = Future()


class Registry:
    """Unique names of live actors, of any pykka kind. All methods from any thread.

    A name is a string that is not empty. Tuples that begin with "global" are reserved for names
    beyond this host, and refused (N9). An actor may have several names.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._starts: dict[str, _Start] = {}

    def __len__(self) -> int:
        return len(self._entries) + len(self._starts)

    def __repr__(self) -> str:
        return f"<Registry of {len(self)} names>"

    # --- naming ---

    def register(self, name: str, actor: pykka.Actor) -> None:
        """Give the calling actor a name, until it ends or is unregistered.

        Only an actor can name itself, so what is needed is its `self`, not a reference (N4).

        Raises:
            AlreadyStarted: the name is taken; nothing has changed.
            BadName: this cannot be a name.
            TypeError: `actor` is a reference, a proxy, or no actor at all.
            pykka.ActorDeadError: the actor has ended.
        """
        _require_name(name)
        if not isinstance(actor, pykka.Actor):
            raise TypeError(
                f"only an actor can name itself: register({name!r}, self), not {actor!r}; "
                "use start() to name an actor that is yet to be started"
            )
        with self._lock:
            self._require_free(name)
            if name in self._starts:
                raise AlreadyStarted(None, name)
            entry = self._entries[name] = _Entry(actor.actor_ref)
        if not self._release_at_end(name, entry):
            raise pykka.ActorDeadError(f"{actor.actor_ref} has ended and takes no name")

    def start(
        self,
        name: str,
        start: Callable[..., Any],
        *args: Any,
        dispatcher: Dispatcher | None = None,
        **kwargs: Any,
    ) -> ActorRef[Any]:
        """Start an actor under a name: at most one of all who try, the others start nothing.

        The name is reserved first, and leads to the actor once its start is over. Who comes
        second meanwhile waits for that, on a free thread; should the start fail, it is his turn.

        Args:
            name: the name.
            start: a class of actors, ours or plain pykka's, whose `start()` is called; or what
                to call, which returns a reference or something with an `actor_ref`.
            args: for the start.
            dispatcher: for the start, if given.
            kwargs: for the start.

        Raises:
            AlreadyStarted: the name is taken. Its `ref` is who has it; None if that one is
                still being started and the caller, on a dispatcher's thread or within that
                very start, cannot wait for it.
            BadName: this cannot be a name.
            TypeError: `start` returned no actor.
            BaseException: what the start raised; the name is free then.
        """
        _require_name(name)
        if isinstance(start, type) and issubclass(start, pykka.Actor):
            start = start.start
        if dispatcher is not None:
            kwargs["dispatcher"] = dispatcher
        reservation = self._reserve(name)
        try:
            ref = _ref_of(start(*args, **kwargs))
            with self._lock:
                entry = self._entries[name] = _Entry(ref)
            self._release_at_end(name, entry)
        finally:
            with self._lock:
                del self._starts[name]
            reservation.over.settle()
        return ref

    # --- looking up ---

    def whereis(self, name: str) -> ActorRef[Any] | None:
        """Return the live actor of that name, or None."""
        _require_name(name)
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.ref.is_alive():
            return entry.ref
        self._forget(name, entry)
        return None

    def names(self) -> tuple[str, ...]:
        """Return the names that lead to a live actor, in the order in which they were given."""
        return tuple(name for name in tuple(self._entries) if self.whereis(name) is not None)

    # --- the contract ---

    def register_name(self, name: str, actor: pykka.Actor) -> bool:
        """Do as `register`, but return whether the name was free."""
        try:
            self.register(name, actor)
        except AlreadyStarted:
            return False
        return True

    def whereis_name(self, name: str) -> ActorRef[Any] | None:
        """Return the live actor of that name, or None."""
        return self.whereis(name)

    def unregister_name(self, name: str) -> None:
        """Take the name from whoever has it, if anyone. The actor lives on."""
        _require_name(name)
        entry = self._entries.get(name)
        if entry is not None:
            self._forget(name, entry)

    def send(self, name: str, message: Any) -> ActorRef[Any]:
        """Tell the actor of that name, and return it.

        Raises:
            NameUnknown: no live actor has the name.
            MailboxFull: its actor has too many messages waiting.
        """
        ref = self.whereis(name)
        if ref is None:
            raise NameUnknown(name)
        try:
            ref.tell(message)
        except pykka.ActorDeadError:  # since we looked
            raise NameUnknown(name) from None
        return ref

    # --- inside ---

    def _reserve(self, name: str) -> _Start:
        while True:
            with self._lock:
                self._require_free(name)
                under_way = self._starts.get(name)
                if under_way is None:
                    mine = self._starts[name] = _Start()
                    return mine
            if under_way.thread == get_ident() or current_dispatcher() is not None:
                raise AlreadyStarted(None, name)
            under_way.over.get()

    def _require_free(self, name: str) -> None:
        entry = self._entries.get(name)
        if entry is not None and entry.ref.is_alive():
            raise AlreadyStarted(entry.ref, name)

    def _release_at_end(self, name: str, entry: _Entry) -> bool:
        # Not under the lock: the release takes it, and may be called at once.
        lives = StopFlag.of(entry.ref).on_end(entry, partial(self._forget, name, entry))
        if not lives:
            self._forget(name, entry)
        return lives

    def _forget(self, name: str, entry: _Entry) -> None:
        with self._lock:
            if self._entries.get(name) is entry:
                del self._entries[name]
        StopFlag.of(entry.ref).call_off(entry)


def _ref_of(started: Any) -> ActorRef[Any]:
    ref = getattr(started, "actor_ref", started)
    if not isinstance(ref, pykka.ActorRef):
        raise TypeError(
            f"a start under a name returns an actor's reference or something with an `actor_ref`, "
            f"not {type(started).__name__}"
        )
    return ref


def _require_name(name: object) -> None:
    if isinstance(name, tuple) and name[:1] == ("global",):
        raise BadName(
            f'{name!r}: names that begin with "global" are reserved for actors of other hosts, '
            "which there are none of yet; use a string for one of this process"
        )
    if not isinstance(name, str) or not name:
        raise BadName(f"a name is a string that is not empty, not {name!r}")
